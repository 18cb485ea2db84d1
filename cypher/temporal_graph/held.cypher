// The held bases into and out of the entries that ever had a device model, over all effective time. An acceptance would
// turn a held base into a step, so both directions connect device models.
// One row for each set of instants, which nearly all facts share: an instant for each fact takes Neo4j's driver longer
// than everything else.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE p.recorded_from <= $known_at
MATCH (e)<-[h:HELD_BASE]-(:Entry)
WHERE h.recorded_from <= $known_at AND $known_at < h.recorded_to
RETURN collect(h.base) AS bases, collect(h.target) AS targets, collect(h.code) AS codes,
       collect(h.declaration) AS declarations, h.valid_from AS valid_from, h.valid_to AS valid_to
UNION ALL
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE p.recorded_from <= $known_at
MATCH (e)-[h:HELD_BASE]->(:Entry)
WHERE h.recorded_from <= $known_at AND $known_at < h.recorded_to
RETURN collect(h.base) AS bases, collect(h.target) AS targets, collect(h.code) AS codes,
       collect(h.declaration) AS declarations, h.valid_from AS valid_from, h.valid_to AS valid_to
