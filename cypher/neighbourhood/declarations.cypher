// The declarations in force for the entries of a device model.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
MATCH (e)<-[:`FOR`]-(d:Declaration)
WHERE d.valid_from <= $at AND $at < d.valid_to AND d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN e.number AS entry, d.id AS id, d.kind AS kind, d.given AS given, d.declared AS declared,
       d.recorded_from AS recorded
