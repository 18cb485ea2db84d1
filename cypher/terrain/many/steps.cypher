// `terrain/steps` for many device models at once. From one key alone both engines walk; here Ladybug joins whole tables,
// which pays for a few hundred.
MATCH (m:DeviceModel)<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE m.id IN $ids AND p.recorded_from <= $known_at
MATCH (e)<-[s:UPGRADES_TO]-(:Entry)
WHERE s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN m.id AS device_model, collect(s.base) AS bases, collect(s.target) AS targets, collect(s.declaration) AS declarations,
       collect(s.acceptance) AS acceptances, collect(s.by_twin) AS by_twins, collect(s.listed) AS listed,
       s.valid_from AS valid_from, s.valid_to AS valid_to
UNION ALL
MATCH (m:DeviceModel)<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE m.id IN $ids AND p.recorded_from <= $known_at
MATCH (e)-[s:UPGRADES_TO]->(:Entry)
WHERE s.identity_change AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN m.id AS device_model, collect(s.base) AS bases, collect(s.target) AS targets, collect(s.declaration) AS declarations,
       collect(s.acceptance) AS acceptances, collect(s.by_twin) AS by_twins, collect(s.listed) AS listed,
       s.valid_from AS valid_from, s.valid_to AS valid_to
