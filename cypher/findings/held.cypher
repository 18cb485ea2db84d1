// Every held base in force.
MATCH (b:Entry)-[h:HELD_BASE]->(t:Entry)
WHERE h.valid_from <= $at AND $at < h.valid_to AND h.recorded_from <= $known_at AND $known_at < h.recorded_to
RETURN collect(b.number) AS bases, collect(t.number) AS targets, collect(h.code) AS codes
