// `temporal_graph/device_models` for many entries at once.
// UNWIND finds each by its key; with IN, Ladybug would scan all keys once for each key of the list.
UNWIND $entries AS number
MATCH (e:Entry {number: number})<-[:OF_ENTRY]-(q:Revision)
WHERE q.recorded_from <= $known_at
RETURN collect(e.number) AS entries, collect(q.device_model) AS device_models
