// `terrain/declarations` for many device models at once. From one key alone both engines walk; here Ladybug joins whole tables,
// which pays for a few hundred.
MATCH (m:DeviceModel)<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE m.id IN $ids AND p.recorded_from <= $known_at
MATCH (e)<-[:`FOR`]-(d:Declaration)
WHERE d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN m.id AS device_model, collect(e.number) AS entries, collect(d.id) AS ids, collect(d.kind) AS kinds, collect(d.given) AS given,
       d.declared AS declared, d.recorded_from AS recorded,
       d.valid_from AS valid_from, d.valid_to AS valid_to
