// Former identities (device model, firmware version, image hash) of these entries: those that the list stated until a
// correction replaced them.
// The predicate stands after a WITH: before it, Ladybug scans all nodes of the kind and joins them.
MATCH (e:Entry)<-[:OF_ENTRY]-(p:Revision)
WHERE e.number IN $entries
WITH e, p
WHERE p.recorded_to <= $known_at
RETURN e.number AS entry, p.device_model AS device_model, p.firmware_version AS firmware_version,
       p.image_hash AS image_hash, p.valid_from AS valid_from, p.valid_to AS valid_to,
       p.recorded_from AS recorded_from, p.recorded_to AS recorded_to
