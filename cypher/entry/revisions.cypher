// Entries with the attributes in these revisions, whose ids begin with the number of the entry.
UNWIND $ids AS id
MATCH (r:Revision {id: id})
RETURN left(r.id, 6) AS number,
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
       r.image_descriptor AS image_descriptor
ORDER BY number
