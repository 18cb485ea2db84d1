// Ends the recorded interval of steps. No other property of a stored row is ever set.
UNWIND $rows AS row
MATCH (b:Entry {number: row.base})
MATCH (t:Entry {number: row.target})
MATCH (b)-[s:UPGRADES_TO]->(t)
WHERE s.valid_from = row.valid_from AND s.recorded_to = $open
SET s.recorded_to = $recorded
