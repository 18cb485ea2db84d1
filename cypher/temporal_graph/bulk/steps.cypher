// `terrain/steps` for many entries at once, each found by its key: both engines walk from there, where Ladybug would
// look through all keys for each of a list that is asked with IN.
// Whether a thing holds is asked after a WITH: else Ladybug looks through all of its kind, however few are led to.
UNWIND $entries AS number
MATCH (e:Entry {number: number})<-[s:UPGRADES_TO]-(:Entry)
WITH s
WHERE s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN collect(s.base) AS bases, collect(s.target) AS targets, collect(s.declaration) AS declarations,
       collect(s.acceptance) AS acceptances, collect(s.by_twin) AS by_twins, collect(s.listed) AS listed,
       s.valid_from AS valid_from, s.valid_to AS valid_to
UNION ALL
UNWIND $entries AS number
MATCH (e:Entry {number: number})-[s:UPGRADES_TO]->(:Entry)
WHERE s.identity_change AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN collect(s.base) AS bases, collect(s.target) AS targets, collect(s.declaration) AS declarations,
       collect(s.acceptance) AS acceptances, collect(s.by_twin) AS by_twins, collect(s.listed) AS listed,
       s.valid_from AS valid_from, s.valid_to AS valid_to
