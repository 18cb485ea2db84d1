// `temporal_graph/steps` for many entries at once.
// UNWIND finds each by its key; with IN, Ladybug would scan all keys once for each key of the list.
// The predicate stands after a WITH: before it, Ladybug scans all nodes of the kind and joins them.
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
