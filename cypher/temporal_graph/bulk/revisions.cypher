// `temporal_graph/revisions` for many device models at once. Revisions of several models with the same instants share a
// row.
// UNWIND finds each by its key; with IN, Ladybug would scan all keys once for each key of the list.
// The predicate stands after a WITH: before it, Ladybug scans all nodes of the kind and joins them.
UNWIND $ids AS id
MATCH (m:DeviceModel {id: id})<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WITH p, e
WHERE p.recorded_from <= $known_at
RETURN collect(p.device_model) AS device_models, collect(e.number) AS numbers,
       collect(p.firmware_version) AS firmware_versions,
       collect(p.image_hash) AS image_hashes, collect(p.status) AS statuses, collect(p.manufacturer) AS manufacturers,
       collect(p.device_type) AS device_types, collect(p.image_descriptor) AS descriptors,
       collect(p.cpa_number) AS cpa_numbers, collect(p.cpa_date) AS cpa_dates,
       p.valid_from AS valid_from, p.valid_to AS valid_to,
       p.recorded_from AS recorded_from, p.recorded_to AS recorded_to
