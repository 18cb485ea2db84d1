// `terrain/held` for many device models at once. From one key alone both engines walk; here Ladybug joins whole tables,
// which pays for a few hundred.
MATCH (m:DeviceModel)<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE m.id IN $ids AND p.recorded_from <= $known_at
MATCH (e)<-[h:HELD_BASE]-(:Entry)
WHERE h.recorded_from <= $known_at AND $known_at < h.recorded_to
RETURN m.id AS device_model, collect(h.base) AS bases, collect(h.target) AS targets, collect(h.code) AS codes,
       collect(h.declaration) AS declarations, h.valid_from AS valid_from, h.valid_to AS valid_to
UNION ALL
MATCH (m:DeviceModel)<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE m.id IN $ids AND p.recorded_from <= $known_at
MATCH (e)-[h:HELD_BASE]->(:Entry)
WHERE h.recorded_from <= $known_at AND $known_at < h.recorded_to
RETURN m.id AS device_model, collect(h.base) AS bases, collect(h.target) AS targets, collect(h.code) AS codes,
       collect(h.declaration) AS declarations, h.valid_from AS valid_from, h.valid_to AS valid_to
