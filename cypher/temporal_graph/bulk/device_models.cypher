// `terrain/device_models` for many entries at once, each found by its key.
UNWIND $entries AS number
MATCH (e:Entry {number: number})<-[:OF_ENTRY]-(q:Revision)
WHERE q.recorded_from <= $known_at
RETURN collect(e.number) AS entries, collect(q.device_model) AS device_models
