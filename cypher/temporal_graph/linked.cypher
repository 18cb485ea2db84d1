// The other device models that entries of a device model ever had.
// One MATCH for each hop, beginning at a key: both engines traverse this form and do not join.
// The predicate stands after a WITH: before it, Ladybug scans all nodes of the kind and joins them.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE p.recorded_from <= $known_at
MATCH (e)<-[:OF_ENTRY]-(q:Revision)
WITH m, e, q
WHERE q.recorded_from <= $known_at AND q.device_model <> m.id
RETURN collect(e.number) AS entries, collect(q.device_model) AS device_models
