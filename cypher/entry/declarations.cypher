// The declarations in force for these entries.
// The predicate stands after a WITH: before it, Ladybug scans all nodes of the kind and joins them.
// The range of numbers comes before the list of them: Ladybug compares each entry in the range with each in the list.
MATCH (e:Entry)<-[:`FOR`]-(d:Declaration)<-[:MADE]-(a:Amendment)
WHERE $lowest <= e.number AND e.number <= $highest AND e.number IN $entries
WITH e, d, a
WHERE d.valid_from <= $at AND $at < d.valid_to AND d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN e.number AS entry, d.kind AS kind, d.given AS given, d.declared AS declared, a.id AS amendment,
       d.valid_from AS valid_from, d.valid_to AS valid_to
