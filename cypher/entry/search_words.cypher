// The revisions in force of a page of entries with these words, the best first: rank 0 where an identifier is the whole
// question, rank 1 where all words are whole words, else rank 2. Within a rank by entry number, with which ids begin.
// One CONTAINS a word: `all(…)` is evaluated row by row. The rank is computed for the entries found alone. This is
// `entry/search_words_and_filters` without the filters, each of which costs Ladybug the reading of a column, and without
// names of manufacturers.
MATCH (r:Revision)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
  AND r.search CONTAINS $word1 AND r.search CONTAINS $word2
  AND r.search CONTAINS $word3 AND r.search CONTAINS $word4
  AND r.search CONTAINS $word5 AND r.search CONTAINS $word6
  AND r.search CONTAINS $word7 AND r.search CONTAINS $word8
WITH r.id AS id, r.search AS text, ' ' + replace(r.search, $line, ' ') + ' ' AS words
WITH id, CASE
    WHEN $exact <> '' AND (text STARTS WITH $exact_number OR text CONTAINS $exact OR text CONTAINS $exact_model) THEN '0'
    WHEN words CONTAINS $whole1 AND words CONTAINS $whole2 AND words CONTAINS $whole3 AND words CONTAINS $whole4
     AND words CONTAINS $whole5 AND words CONTAINS $whole6 AND words CONTAINS $whole7 AND words CONTAINS $whole8 THEN '1'
    ELSE '2'
  END AS rank
WHERE rank + id > $after
RETURN id, rank
ORDER BY rank, id
LIMIT $most
