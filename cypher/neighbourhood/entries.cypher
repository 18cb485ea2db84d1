// All entries of an entry's device model as the list in force has them, and what was believed of each before for the
// same time: a column an attribute, since a row an entry costs ten times as much.
// One MATCH a hop, begun at a key: the form that both engines walk rather than join.
MATCH (a:Entry {number: $entry})<-[:OF_ENTRY]-(q:Revision)-[:`OF`]->(m:DeviceModel)
WHERE q.valid_from <= $at AND $at < q.valid_to AND q.recorded_from <= $known_at AND $known_at < q.recorded_to
MATCH (m)<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
MATCH (e)<-[:OF_ENTRY]-(p:Revision)
WHERE p.valid_from <= $at AND $at < p.valid_to AND p.recorded_from <= $known_at
RETURN m.id AS device_model, collect(e.number) AS numbers, collect(p.device_model) AS device_models,
       collect(p.firmware_version) AS firmware_versions, collect(p.image_hash) AS image_hashes,
       collect(p.status) AS statuses, collect(p.manufacturer) AS manufacturers,
       collect(p.device_type) AS device_types, collect(p.image_descriptor) AS descriptors,
       collect(p.cpa_number) AS cpa_numbers, collect(p.cpa_date) AS cpa_dates,
       collect(p.recorded_from) AS recorded_from, collect(p.recorded_to) AS recorded_to
