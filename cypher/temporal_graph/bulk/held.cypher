// `temporal_graph/held` for many entries at once.
// UNWIND finds each by its key; with IN, Ladybug would scan all keys once for each key of the list.
UNWIND $entries AS number
MATCH (e:Entry {number: number})<-[h:HELD_BASE]-(:Entry)
WHERE h.recorded_from <= $known_at AND $known_at < h.recorded_to
RETURN collect(h.base) AS bases, collect(h.target) AS targets, collect(h.code) AS codes,
       collect(h.declaration) AS declarations, h.valid_from AS valid_from, h.valid_to AS valid_to
UNION ALL
UNWIND $entries AS number
MATCH (e:Entry {number: number})-[h:HELD_BASE]->(:Entry)
WHERE h.recorded_from <= $known_at AND $known_at < h.recorded_to
RETURN collect(h.base) AS bases, collect(h.target) AS targets, collect(h.code) AS codes,
       collect(h.declaration) AS declarations, h.valid_from AS valid_from, h.valid_to AS valid_to
