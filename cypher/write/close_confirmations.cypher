// Ends the recorded interval of confirmations. No other property of a stored row is ever set.
UNWIND $rows AS row
MATCH (t:Entry {number: row.target})
MATCH (b:Entry)-[r:CONFIRMED]->(t)
WHERE r.id = row.id AND r.recorded_to = $open
SET r.recorded_to = $recorded
