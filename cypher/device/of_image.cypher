// The entries in force, now or later, with an image; several hardware variants may share one.
// The predicate stands after a WITH: before it, Ladybug scans all nodes of the kind and joins them.
MATCH (i:Image {hash: $hash})<-[:CARRIES]-(r:Revision)-[:OF_ENTRY]->(e:Entry)
WITH r, e
WHERE $since < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN e.number AS number,
       r.status AS status,
       r.device_type AS device_type,
       r.manufacturer AS manufacturer,
       r.device_model AS device_model,
       r.firmware_version AS firmware_version,
       r.gbcs_version AS gbcs_version,
       r.image_hash AS image_hash,
       r.valid_from AS valid_from,
       r.valid_to AS valid_to
ORDER BY number, valid_from
