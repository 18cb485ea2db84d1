// Ends the recorded interval of entries' stacks. No other property of a stored row is ever set.
UNWIND $rows AS row
MATCH (e:Entry {number: row.entry})
MATCH (e)-[r:RUNS_STACK]->(:Stack)
WHERE r.id = row.id AND r.recorded_to = $open
SET r.recorded_to = $recorded
