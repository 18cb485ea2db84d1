// The declared band of every entry that has one, in force at `at` and as known at `known_at`.
MATCH (e:Entry)-[r:USES_BAND]->(b:Band)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN r.id AS id, e.number AS entry, b.name AS band, r.amendment AS amendment,
       r.valid_from AS valid_from, r.valid_to AS valid_to, r.recorded_from AS recorded_from
