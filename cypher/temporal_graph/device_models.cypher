// The device models that an entry ever had, also by a revision that is believed no longer.
MATCH (e:Entry {number: $entry})<-[:OF_ENTRY]-(q:Revision)
WHERE q.recorded_from <= $known_at
RETURN collect(e.number) AS entries, collect(q.device_model) AS device_models
