// All that lists ever said of the entries of a device model, at any time, believed still or no more:
// a column an attribute, since a row an entry costs ten times as much.
// A row for each set of instants, which nearly all share: an instant a thing costs Neo4j's driver more than all else.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE p.recorded_from <= $known_at
RETURN collect(p.device_model) AS device_models, collect(e.number) AS numbers,
       collect(p.firmware_version) AS firmware_versions,
       collect(p.image_hash) AS image_hashes, collect(p.status) AS statuses, collect(p.manufacturer) AS manufacturers,
       collect(p.device_type) AS device_types, collect(p.image_descriptor) AS descriptors,
       collect(p.cpa_number) AS cpa_numbers, collect(p.cpa_date) AS cpa_dates,
       p.valid_from AS valid_from, p.valid_to AS valid_to,
       p.recorded_from AS recorded_from, p.recorded_to AS recorded_to
