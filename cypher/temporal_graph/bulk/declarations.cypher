// `temporal_graph/declarations` for many entries at once.
// UNWIND finds each by its key; with IN, Ladybug would scan all keys once for each key of the list.
// The predicate stands after a WITH: before it, Ladybug scans all nodes of the kind and joins them.
UNWIND $entries AS number
MATCH (e:Entry {number: number})<-[:`FOR`]-(d:Declaration)
WITH e, d
WHERE d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN collect(e.number) AS entries, collect(d.id) AS ids, collect(d.kind) AS kinds, collect(d.given) AS given,
       d.declared AS declared, d.recorded_from AS recorded,
       d.valid_from AS valid_from, d.valid_to AS valid_to
