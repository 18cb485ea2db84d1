// Bands that are no longer believed: the only property ever set on an existing row.
UNWIND $rows AS row
MATCH (e:Entry {number: row.entry})
MATCH (e)-[r:USES_BAND]->(:Band)
WHERE r.id = row.id AND r.recorded_to = $open
SET r.recorded_to = $recorded
