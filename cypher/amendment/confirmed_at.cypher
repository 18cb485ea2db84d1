// The entries for which a confirmation began or ceased to be believed at a recorded instant.
MATCH (:Entry)-[r:CONFIRMED]->(e:Entry)
WHERE r.recorded_from = $recorded OR r.recorded_to = $recorded
RETURN DISTINCT e.number AS entry
