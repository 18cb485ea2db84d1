// The steps into these targets that are believed at a recorded instant.
MATCH (t:Entry)<-[s:UPGRADES_TO]-(b:Entry)
WHERE t.number IN $entries AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN b.number AS base, t.number AS target, s.listed AS listed, s.declaration AS declaration, s.acceptance AS acceptance,
       s.by_twin AS by_twin, s.identity_change AS identity_change, s.valid_from AS valid_from, s.valid_to AS valid_to
