// The held bases into and out of the entries that were ever of a device model, over all time: an acceptance would make
// them steps, so they lead the terrain on.
// A row for each set of instants, which nearly all share: an instant a thing costs Neo4j's driver more than all else.
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
