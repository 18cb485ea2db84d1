// The revisions in force of a page of entries that pass all filters. A blank filter passes every entry.
// It returns ids alone, which begin with the entry's number: to fetch the attributes of every entry that passes, and to
// join each with its entry, takes ten times as long in Ladybug. One CONTAINS a word: `all(…)` is evaluated row by row.
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
  AND r.search CONTAINS $word1 AND r.search CONTAINS $word2
  AND r.search CONTAINS $word3 AND r.search CONTAINS $word4
  AND r.search CONTAINS $word5 AND r.search CONTAINS $word6
  AND r.search CONTAINS $word7 AND r.search CONTAINS $word8
RETURN r.id AS id
ORDER BY id
LIMIT $most
