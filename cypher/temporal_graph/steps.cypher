// The steps into the entries that ever had a device model, over all effective time, and the accepted changes of identity
// out of them. Both connect device models.
// One row for each set of instants, which nearly all facts share: an instant for each fact takes Neo4j's driver longer
// than everything else.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE p.recorded_from <= $known_at
MATCH (e)<-[s:UPGRADES_TO]-(:Entry)
WHERE s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN collect(s.base) AS bases, collect(s.target) AS targets, collect(s.declaration) AS declarations,
       collect(s.acceptance) AS acceptances, collect(s.by_twin) AS by_twins, collect(s.listed) AS listed,
       s.valid_from AS valid_from, s.valid_to AS valid_to
UNION ALL
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE p.recorded_from <= $known_at
MATCH (e)-[s:UPGRADES_TO]->(:Entry)
WHERE s.identity_change AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN collect(s.base) AS bases, collect(s.target) AS targets, collect(s.declaration) AS declarations,
       collect(s.acceptance) AS acceptances, collect(s.by_twin) AS by_twins, collect(s.listed) AS listed,
       s.valid_from AS valid_from, s.valid_to AS valid_to
