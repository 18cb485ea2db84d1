// `terrain/held` for many entries at once, each found by its key: both engines walk from there, where Ladybug would
// look through all keys for each of a list that is asked with IN.
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
