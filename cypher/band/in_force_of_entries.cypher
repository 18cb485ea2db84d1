// The declared bands of these entries, in force at `at` and as known at `known_at`.
MATCH (e:Entry)-[r:USES_BAND]->(b:Band)
WHERE e.number IN $entries
  AND r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN e.number AS entry, b.name AS band
