// Every step believed at a recorded instant.
MATCH (b:Entry)-[s:UPGRADES_TO]->(t:Entry)
WHERE s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN b.number AS base, t.number AS target, s.listed AS listed, s.declaration AS declaration, s.acceptance AS acceptance,
       s.by_twin AS by_twin, s.identity_change AS identity_change, s.valid_from AS valid_from, s.valid_to AS valid_to
