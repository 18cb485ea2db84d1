// The revisions believed of the entries that ever had a device model, with a column for each attribute. Revisions with
// the same instants share a row. A revision appears once for each revision of its entry; the repository drops the
// repetitions.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(:Revision)-[:OF_ENTRY]->(e:Entry)
MATCH (e)<-[:OF_ENTRY]-(r:Revision)
WITH e, r
WHERE r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN collect(r.id) AS id, collect(e.number) AS entry,
       collect(r.firmware_version) AS firmware_version,
       collect(r.cpa_number) AS cpa_number,
       collect(r.cpa_date) AS cpa_date,
       collect(r.dlms_number) AS dlms_number,
       collect(r.zse_number) AS zse_number,
       collect(r.image_hash) AS image_hash,
       collect(r.image_descriptor) AS image_descriptor,
       collect(r.list_version) AS list_version,
       collect(r.status) AS status,
       collect(r.device_type) AS device_type,
       collect(r.manufacturer) AS manufacturer,
       collect(r.model) AS model,
       collect(r.hardware_version) AS hardware_version,
       collect(r.hardware_revision) AS hardware_revision,
       collect(r.smets_chts_version) AS smets_chts_version,
       collect(r.gbcs_version) AS gbcs_version,
       collect(r.cpa_characteristics) AS cpa_characteristics,
       collect(r.dlms_version) AS dlms_version,
       collect(r.zse_version) AS zse_version,
       collect(r.image_creator) AS image_creator,
       r.valid_from AS valid_from, r.valid_to AS valid_to, r.recorded_from AS recorded_from
