// `entry/search_words` where a word may also stand in the name of the manufacturer: `codes1` to `codes8` are the codes of
// the manufacturers that have the word in their names, and `named1` to `named8` of those that have it as a whole word.
// They are texts with a space between the codes: a list with IN costs Ladybug twice the time.
MATCH (r:Revision)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
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
