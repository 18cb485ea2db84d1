// The entries in force of these device models with these firmware versions, which may be twins of each other.
// The predicate stands after a WITH: before it, Ladybug scans all nodes of the kind and joins them.
MATCH (m:DeviceModel)<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE m.id IN $models
WITH m, r, e
WHERE r.firmware_version IN $versions
  AND r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN e.number AS number,
       m.id AS device_model,
       r.firmware_version AS firmware_version,
       r.image_hash AS image_hash
ORDER BY number
