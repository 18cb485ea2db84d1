// The other device models that entries of a device model were ever of.
// One MATCH a hop, begun at a key: the form that both engines walk rather than join.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE p.recorded_from <= $known_at
MATCH (e)<-[:OF_ENTRY]-(q:Revision)
WHERE q.recorded_from <= $known_at AND q.device_model <> m.id
RETURN DISTINCT m.id AS device_model, q.device_model AS other
ORDER BY device_model, other
