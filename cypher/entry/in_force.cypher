// Those of these entries that the list in force has.
// The predicate stands after a WITH: before it, Ladybug scans all nodes of the kind and joins them.
// The range of numbers comes before the list of them: Ladybug compares each entry in the range with each in the list.
MATCH (e:Entry)<-[:OF_ENTRY]-(r:Revision)
WHERE $lowest <= e.number AND e.number <= $highest AND e.number IN $entries
WITH e, r
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN e.number AS entry
