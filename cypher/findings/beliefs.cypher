// Former identities (device model, firmware version, image hash) of entries in force: those that the list stated for
// the instant `at` until a correction replaced them.
MATCH (r:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
MATCH (e)<-[:OF_ENTRY]-(p:Revision)
WHERE p.valid_from <= $at AND $at < p.valid_to AND p.recorded_to <= $known_at
RETURN collect(e.number) AS numbers, collect(p.device_model) AS device_models,
       collect(p.firmware_version) AS firmware_versions, collect(p.image_hash) AS image_hashes,
       collect(p.recorded_from) AS recorded_from, collect(p.recorded_to) AS recorded_to
