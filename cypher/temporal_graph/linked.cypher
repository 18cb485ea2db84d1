// The other device models that entries of a device model were ever of.
// One MATCH a hop, begun at a key: the form that both engines walk rather than join.
// Whether a thing holds is asked after a WITH: else Ladybug looks through all of its kind, however few are led to.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE p.recorded_from <= $known_at
MATCH (e)<-[:OF_ENTRY]-(q:Revision)
WITH m, e, q
WHERE q.recorded_from <= $known_at AND q.device_model <> m.id
RETURN collect(e.number) AS entries, collect(q.device_model) AS device_models
