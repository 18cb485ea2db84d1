// The steps in force into the entries of these device models, and those out of them to other device models, which
// are accepted changes of identity: their targets lead the neighbourhood on.
MATCH (m:DeviceModel)<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(t:Entry)<-[s:UPGRADES_TO]-(b:Entry)
WHERE m.id IN $device_models
  AND r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
  AND s.valid_from <= $at AND $at < s.valid_to AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN collect(b.number) AS bases, collect(t.number) AS targets, collect(s.declaration) AS declarations,
       collect(s.acceptance) AS acceptances, collect(s.by_twin) AS by_twins
UNION ALL
MATCH (m:DeviceModel)<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(b:Entry)-[s:UPGRADES_TO]->(t:Entry)
WHERE m.id IN $device_models AND s.identity_change
  AND r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
  AND s.valid_from <= $at AND $at < s.valid_to AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN collect(b.number) AS bases, collect(t.number) AS targets, collect(s.declaration) AS declarations,
       collect(s.acceptance) AS acceptances, collect(s.by_twin) AS by_twins
