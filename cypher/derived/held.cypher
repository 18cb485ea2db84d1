// Every held base believed at a recorded instant.
MATCH (b:Entry)-[s:HELD_BASE]->(t:Entry)
WHERE s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN b.number AS base, t.number AS target, s.code AS code, s.declaration AS declaration,
       s.valid_from AS valid_from, s.valid_to AS valid_to
