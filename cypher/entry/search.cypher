// The revisions in force of a page of entries that pass all filters. A blank filter passes every entry.
// It returns ids alone, which begin with the entry's number: to fetch the attributes of every entry that passes, and to
// join each with its entry, takes ten times as long in Ladybug.
MATCH (r:Revision)
WHERE r.id > $after AND r.id < $until
  AND r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
  AND ($status = '' OR r.status = $status)
  AND ($device_type = '' OR toLower(r.device_type) IN $device_types)
  AND ($manufacturer = '' OR r.manufacturer = $manufacturer)
  AND ($device_model = '' OR r.device_model ENDS WITH $device_model)
  AND ($firmware_version = '' OR r.firmware_version = $firmware_version)
  AND ($image_hash = '' OR r.image_hash = $image_hash)
  AND ($certificate = '' OR r.cpa_number IN $certificates OR r.dlms_number IN $certificates
       OR r.zse_number IN $certificates)
RETURN r.id AS id, '' AS rank
ORDER BY id
LIMIT $most
