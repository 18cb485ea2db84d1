// Every entry in force, with a column for each attribute: a row for each entry takes ten times as long. Entries that were
// recorded at the same instant share a row: to read an instant for each takes longer than all other columns.
MATCH (r:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN collect(e.number) AS numbers, collect(r.device_model) AS device_models,
       collect(r.firmware_version) AS firmware_versions, collect(r.image_hash) AS image_hashes,
       collect(r.status) AS statuses, collect(r.manufacturer) AS manufacturers,
       collect(r.device_type) AS device_types, collect(r.image_descriptor) AS descriptors,
       r.recorded_from AS recorded
