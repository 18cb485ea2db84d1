// The manufacturer of every entry in force. It decides which entries a manufacturer may see.
MATCH (r:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN e.number AS entry, r.manufacturer AS manufacturer
