// `entry/search_words_named` with the filters of `entry/search`.
MATCH (r:Revision)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
  AND ($number = '' OR left(r.id, 6) = $number)
  AND ($status = '' OR r.status = $status)
  AND ($device_type = '' OR toLower(r.device_type) IN $device_types)
  AND ($manufacturer = '' OR r.manufacturer = $manufacturer)
  AND ($device_model = '' OR r.device_model ENDS WITH $device_model)
  AND ($firmware_version = '' OR r.firmware_version = $firmware_version)
  AND ($image_hash = '' OR r.image_hash = $image_hash)
  AND ($certificate = '' OR r.cpa_number IN $certificates OR r.dlms_number IN $certificates
       OR r.zse_number IN $certificates)
  AND (r.search CONTAINS $word1 OR $codes1 CONTAINS r.manufacturer)
  AND (r.search CONTAINS $word2 OR $codes2 CONTAINS r.manufacturer)
  AND (r.search CONTAINS $word3 OR $codes3 CONTAINS r.manufacturer)
  AND (r.search CONTAINS $word4 OR $codes4 CONTAINS r.manufacturer)
  AND (r.search CONTAINS $word5 OR $codes5 CONTAINS r.manufacturer)
  AND (r.search CONTAINS $word6 OR $codes6 CONTAINS r.manufacturer)
  AND (r.search CONTAINS $word7 OR $codes7 CONTAINS r.manufacturer)
  AND (r.search CONTAINS $word8 OR $codes8 CONTAINS r.manufacturer)
WITH r.id AS id, r.search AS text, ' ' + replace(r.search, $line, ' ') + ' ' AS words, r.manufacturer AS maker
WITH id, CASE
    WHEN $exact <> '' AND (text STARTS WITH $exact_number OR text CONTAINS $exact OR text CONTAINS $exact_model) THEN '0'
    WHEN (words CONTAINS $whole1 OR $named1 CONTAINS maker) AND (words CONTAINS $whole2 OR $named2 CONTAINS maker)
     AND (words CONTAINS $whole3 OR $named3 CONTAINS maker) AND (words CONTAINS $whole4 OR $named4 CONTAINS maker)
     AND (words CONTAINS $whole5 OR $named5 CONTAINS maker) AND (words CONTAINS $whole6 OR $named6 CONTAINS maker)
     AND (words CONTAINS $whole7 OR $named7 CONTAINS maker) AND (words CONTAINS $whole8 OR $named8 CONTAINS maker) THEN '1'
    ELSE '2'
  END AS rank
WHERE rank + id > $after
RETURN id, rank
ORDER BY rank, id
LIMIT $most
