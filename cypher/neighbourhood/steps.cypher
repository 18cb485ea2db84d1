// The steps in force into the entries of a device model, and those out of it to another, which are accepted changes
// of identity: their targets lead the neighbourhood on.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(t:Entry)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
MATCH (t)<-[s:UPGRADES_TO]-(:Entry)
WHERE s.valid_from <= $at AND $at < s.valid_to AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN collect(s.base) AS bases, collect(s.target) AS targets, collect(s.declaration) AS declarations,
       collect(s.acceptance) AS acceptances, collect(s.by_twin) AS by_twins
UNION ALL
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(b:Entry)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
MATCH (b)-[s:UPGRADES_TO]->(:Entry)
WHERE s.identity_change
  AND s.valid_from <= $at AND $at < s.valid_to AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN collect(s.base) AS bases, collect(s.target) AS targets, collect(s.declaration) AS declarations,
       collect(s.acceptance) AS acceptances, collect(s.by_twin) AS by_twins
