// Some of the rows that were written before a turn: those that are kept no longer.
MATCH (t:Told)
WHERE t.turn < $before
RETURN t.id AS id
LIMIT $most
