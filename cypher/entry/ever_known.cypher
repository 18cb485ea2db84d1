// Those of these entries that any list known at an instant has, whatever the list's date.
MATCH (e:Entry)<-[:OF_ENTRY]-(r:Revision)
WHERE e.number IN $entries AND r.recorded_from <= $known_at
RETURN DISTINCT e.number AS entry
