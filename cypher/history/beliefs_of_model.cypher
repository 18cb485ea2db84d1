// `history/beliefs_of` for the entries that ever had a device model, found by its key.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(:Revision)-[:OF_ENTRY]->(e:Entry)
MATCH (e)<-[:OF_ENTRY]-(p:Revision)
WITH DISTINCT e, p
WHERE p.recorded_to <= $known_at
RETURN e.number AS entry, p.device_model AS device_model, p.firmware_version AS firmware_version,
       p.image_hash AS image_hash, p.valid_from AS valid_from, p.valid_to AS valid_to,
       p.recorded_from AS recorded_from, p.recorded_to AS recorded_to
