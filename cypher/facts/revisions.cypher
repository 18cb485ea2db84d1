// Every revision believed at a recorded instant.
MATCH (r:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN r.id AS id, e.number AS entry, r.list_version AS list_version,
       r.status AS status,
       r.device_type AS device_type,
       r.manufacturer AS manufacturer,
       r.model AS model,
       r.hardware_version AS hardware_version,
       r.hardware_revision AS hardware_revision,
       r.firmware_version AS firmware_version,
       r.smets_chts_version AS smets_chts_version,
       r.gbcs_version AS gbcs_version,
       r.cpa_number AS cpa_number,
       r.cpa_characteristics AS cpa_characteristics,
       r.cpa_date AS cpa_date,
       r.dlms_number AS dlms_number,
       r.dlms_version AS dlms_version,
       r.zse_number AS zse_number,
       r.zse_version AS zse_version,
       r.image_creator AS image_creator,
       r.image_hash AS image_hash,
       r.image_descriptor AS image_descriptor,
       r.valid_from AS valid_from, r.valid_to AS valid_to, r.recorded_from AS recorded_from
ORDER BY entry, valid_from
