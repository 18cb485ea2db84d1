// All revisions of the entries of a device model, over all effective time, also those believed no longer. A column for each
// attribute: a row for each entry takes ten times as long.
// One row for each set of instants, which nearly all facts share: an instant for each fact takes Neo4j's driver longer
// than everything else.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE p.recorded_from <= $known_at
RETURN collect(p.device_model) AS device_models, collect(e.number) AS numbers,
       collect(p.firmware_version) AS firmware_versions,
       collect(p.image_hash) AS image_hashes, collect(p.status) AS statuses, collect(p.manufacturer) AS manufacturers,
       collect(p.device_type) AS device_types, collect(p.image_descriptor) AS descriptors,
       collect(p.cpa_number) AS cpa_numbers, collect(p.cpa_date) AS cpa_dates,
       p.valid_from AS valid_from, p.valid_to AS valid_to,
       p.recorded_from AS recorded_from, p.recorded_to AS recorded_to
