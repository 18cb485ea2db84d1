// The declarations in force for these entries.
MATCH (e:Entry)<-[:`FOR`]-(d:Declaration)<-[:MADE]-(a:Amendment)
WHERE e.number IN $entries
  AND d.valid_from <= $at AND $at < d.valid_to AND d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN e.number AS entry, d.kind AS kind, d.given AS given, d.declared AS declared, a.id AS amendment,
       d.valid_from AS valid_from, d.valid_to AS valid_to
