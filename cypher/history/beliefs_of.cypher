// What was believed of the identity of these entries, and is not believed any more.
// What of them is asked once they are found: else Ladybug looks through all revisions first.
MATCH (e:Entry)<-[:OF_ENTRY]-(p:Revision)
WHERE e.number IN $entries
WITH e, p
WHERE p.recorded_to <= $known_at
RETURN e.number AS entry, p.device_model AS device_model, p.firmware_version AS firmware_version,
       p.image_hash AS image_hash, p.valid_from AS valid_from, p.valid_to AS valid_to,
       p.recorded_from AS recorded_from, p.recorded_to AS recorded_to
