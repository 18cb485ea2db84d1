// All entries of the device models concerned as the list in force has them, with their declarations, and what was
// believed of each before for the same time. One row a device model, one column an attribute: a row an entry costs
// ten times as much. No list is carried through a later MATCH: both engines copy or hash it for every row.
MATCH (a:Entry)<-[:OF_ENTRY]-(q:Revision)-[:`OF`]->(m:DeviceModel)
WHERE a.number IN $entries
  AND q.valid_from <= $at AND $at < q.valid_to AND q.recorded_from <= $known_at AND $known_at < q.recorded_to
WITH DISTINCT m
MATCH (m)<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
OPTIONAL MATCH (e)<-[:`FOR`]-(d:Declaration)
WHERE d.valid_from <= $at AND $at < d.valid_to AND d.recorded_from <= $known_at AND $known_at < d.recorded_to
MATCH (e)<-[:OF_ENTRY]-(p:Revision)
WHERE p.valid_from <= $at AND $at < p.valid_to AND p.recorded_from <= $known_at
RETURN m.id AS device_model, collect(e.number) AS numbers, collect(p.device_model) AS device_models,
       collect(p.firmware_version) AS firmware_versions, collect(p.image_hash) AS image_hashes,
       collect(p.status) AS statuses, collect(p.manufacturer) AS manufacturers,
       collect(p.device_type) AS device_types, collect(p.image_descriptor) AS descriptors,
       collect(p.cpa_number) AS cpa_numbers, collect(p.cpa_date) AS cpa_dates,
       collect(p.recorded_from) AS recorded_from, collect(p.recorded_to) AS recorded_to,
       collect(coalesce(d.id, '')) AS declarations, collect(coalesce(d.kind, 'not-supplied')) AS kinds,
       collect(coalesce(d.given, '')) AS given, collect(coalesce(d.declared, $beginning)) AS declared,
       collect(coalesce(d.recorded_from, $beginning)) AS declarations_recorded
