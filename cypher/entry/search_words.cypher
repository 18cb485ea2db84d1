// The revisions in force of a page of entries with these words: `entry/search` without filters of attributes, each of
// which costs Ladybug the reading of a column.
MATCH (r:Revision)
WHERE r.id > $after
  AND r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
  AND r.search CONTAINS $word1 AND r.search CONTAINS $word2
  AND r.search CONTAINS $word3 AND r.search CONTAINS $word4
  AND r.search CONTAINS $word5 AND r.search CONTAINS $word6
  AND r.search CONTAINS $word7 AND r.search CONTAINS $word8
RETURN r.id AS id
ORDER BY id
LIMIT $most
