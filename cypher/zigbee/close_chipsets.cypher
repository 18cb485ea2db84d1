// What is no longer believed of entries' chipsets: the only property ever set on an existing row.
UNWIND $rows AS row
MATCH (e:Entry {number: row.entry})
MATCH (e)-[r:HAS_CHIPSET]->(:Chipset)
WHERE r.id = row.id AND r.recorded_to = $open
SET r.recorded_to = $recorded
