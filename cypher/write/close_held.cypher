// Derived rows that are no longer believed: the only property ever set on an existing row.
UNWIND $rows AS row
MATCH (b:Entry {number: row.base})
MATCH (t:Entry {number: row.target})
MATCH (b)-[s:HELD_BASE]->(t)
WHERE s.valid_from = row.valid_from AND s.recorded_to = $open
SET s.recorded_to = $recorded
