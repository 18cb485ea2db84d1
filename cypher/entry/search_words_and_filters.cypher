// `entry/search_words` with the filters of `entry/search`. A word may also stand in the name of the manufacturer: then
// `codes1` to `codes8` have the codes of the manufacturers with the word in their names, and
// `named1` to `named8` those that have it as a whole word.
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
  AND (r.search CONTAINS $word1 OR r.manufacturer IN $codes1) AND (r.search CONTAINS $word2 OR r.manufacturer IN $codes2)
  AND (r.search CONTAINS $word3 OR r.manufacturer IN $codes3) AND (r.search CONTAINS $word4 OR r.manufacturer IN $codes4)
  AND (r.search CONTAINS $word5 OR r.manufacturer IN $codes5) AND (r.search CONTAINS $word6 OR r.manufacturer IN $codes6)
  AND (r.search CONTAINS $word7 OR r.manufacturer IN $codes7) AND (r.search CONTAINS $word8 OR r.manufacturer IN $codes8)
WITH r.id AS id, r.search AS text, ' ' + replace(r.search, $line, ' ') + ' ' AS words, r.manufacturer AS maker
WITH id, CASE
    WHEN $exact <> '' AND (text STARTS WITH $exact_number OR text CONTAINS $exact OR text CONTAINS $exact_model) THEN '0'
    WHEN (words CONTAINS $whole1 OR maker IN $named1) AND (words CONTAINS $whole2 OR maker IN $named2)
     AND (words CONTAINS $whole3 OR maker IN $named3) AND (words CONTAINS $whole4 OR maker IN $named4)
     AND (words CONTAINS $whole5 OR maker IN $named5) AND (words CONTAINS $whole6 OR maker IN $named6)
     AND (words CONTAINS $whole7 OR maker IN $named7) AND (words CONTAINS $whole8 OR maker IN $named8) THEN '1'
    ELSE '2'
  END AS rank
WHERE rank + id > $after
RETURN id, rank
ORDER BY rank, id
LIMIT $most
