// `terrain/revisions` for many device models at once. From one key alone both engines walk; here Ladybug joins whole tables,
// which pays for a few hundred.
MATCH (m:DeviceModel)<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE m.id IN $ids AND p.recorded_from <= $known_at
RETURN m.id AS device_model, collect(e.number) AS numbers,
       collect(p.firmware_version) AS firmware_versions,
       collect(p.image_hash) AS image_hashes, collect(p.status) AS statuses, collect(p.manufacturer) AS manufacturers,
       collect(p.device_type) AS device_types, collect(p.image_descriptor) AS descriptors,
       collect(p.cpa_number) AS cpa_numbers, collect(p.cpa_date) AS cpa_dates,
       p.valid_from AS valid_from, p.valid_to AS valid_to,
       p.recorded_from AS recorded_from, p.recorded_to AS recorded_to
