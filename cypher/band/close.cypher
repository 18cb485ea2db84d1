// Ends the recorded interval of bands. No other property of a stored row is ever set.
UNWIND $rows AS row
MATCH (e:Entry {number: row.entry})
MATCH (e)-[r:USES_BAND]->(:Band)
WHERE r.id = row.id AND r.recorded_to = $open
SET r.recorded_to = $recorded
