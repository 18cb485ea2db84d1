// `terrain/declarations` for many entries at once, each found by its key: both engines walk from there, where Ladybug would
// look through all keys for each of a list that is asked with IN.
// Whether a thing holds is asked after a WITH: else Ladybug looks through all of its kind, however few are led to.
UNWIND $entries AS number
MATCH (e:Entry {number: number})<-[:`FOR`]-(d:Declaration)
WITH e, d
WHERE d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN collect(e.number) AS entries, collect(d.id) AS ids, collect(d.kind) AS kinds, collect(d.given) AS given,
       d.declared AS declared, d.recorded_from AS recorded,
       d.valid_from AS valid_from, d.valid_to AS valid_to
