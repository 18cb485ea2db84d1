// Every firmware of a device model as the list in force has it. The end of a device model's id will do: then the
// models of several manufacturers may answer.
// Whether a thing holds is asked after a WITH: else Ladybug looks through all of its kind, however few are led to.
MATCH (m:DeviceModel)
WHERE m.id ENDS WITH $model
MATCH (m)<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(e:Entry)
WITH r, e
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN e.number AS number,
       r.status AS status,
       r.device_type AS device_type,
       r.manufacturer AS manufacturer,
       r.device_model AS device_model,
       r.firmware_version AS firmware_version,
       r.gbcs_version AS gbcs_version,
       r.image_hash AS image_hash
ORDER BY number
