// A page of the entries in force that pass all filters. A blank filter passes every entry.
MATCH (r:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
  AND e.number > $after
  AND ($number = '' OR e.number = $number)
  AND ($status = '' OR r.status = $status)
  AND ($device_type = '' OR toLower(r.device_type) = $device_type)
  AND ($manufacturer = '' OR r.manufacturer = $manufacturer)
  AND ($device_model = '' OR r.device_model ENDS WITH $device_model)
  AND ($firmware_version = '' OR r.firmware_version = $firmware_version)
  AND ($image_hash = '' OR r.image_hash = $image_hash)
  AND ($certificate = '' OR r.cpa_number IN $certificates OR r.dlms_number IN $certificates
       OR r.zse_number IN $certificates)
  AND all(word IN $words WHERE r.search CONTAINS word)
RETURN e.number AS number,
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
LIMIT $most
