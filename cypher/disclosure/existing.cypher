// Those of these rows that the disclosure log has already: an answer repeated on the same day has the same id.
UNWIND $ids AS id
MATCH (t:Told {id: id})
RETURN t.id AS id
