// The stack of every entry, in force at `at` and as known at `known_at`.
MATCH (e:Entry)-[r:RUNS_STACK]->(k:Stack)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN r.id AS id, e.number AS entry, 'stack' AS kind, k.vendor AS vendor, k.version AS detail,
       r.given_vendor AS given_vendor, r.given_version AS given_detail, r.amendment AS amendment,
       r.valid_from AS valid_from, r.valid_to AS valid_to, r.recorded_from AS recorded_from
