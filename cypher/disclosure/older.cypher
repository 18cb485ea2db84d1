// Up to `most` rows of the disclosure log with an order key below `before`: their retention period has ended.
MATCH (t:Told)
WHERE t.turn < $before
RETURN t.id AS id
LIMIT $most
