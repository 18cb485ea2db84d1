// The held bases into these targets that are believed at a recorded instant.
MATCH (t:Entry)<-[s:HELD_BASE]-(b:Entry)
WHERE t.number IN $entries AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN b.number AS base, t.number AS target, s.code AS code, s.declaration AS declaration,
       s.valid_from AS valid_from, s.valid_to AS valid_to
