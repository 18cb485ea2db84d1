// Which of these rows are there already: what was told again on the same day is one row.
UNWIND $ids AS id
MATCH (t:Told {id: id})
RETURN t.id AS id
