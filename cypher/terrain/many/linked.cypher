// `terrain/linked` for many device models at once. From one key alone both engines walk; here Ladybug joins whole tables,
// which pays for a few hundred.
MATCH (m:DeviceModel)<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE m.id IN $ids AND p.recorded_from <= $known_at
MATCH (e)<-[:OF_ENTRY]-(q:Revision)
WHERE q.recorded_from <= $known_at AND q.device_model <> m.id
RETURN DISTINCT m.id AS device_model, q.device_model AS other
ORDER BY device_model, other
