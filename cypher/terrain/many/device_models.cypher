// `terrain/device_models` for many entries at once.
MATCH (e:Entry)<-[:OF_ENTRY]-(q:Revision)
WHERE e.number IN $entries AND q.recorded_from <= $known_at
RETURN DISTINCT e.number AS entry, q.device_model AS device_model
ORDER BY entry, device_model
