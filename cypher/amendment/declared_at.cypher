// The entries for which a declaration began or ceased to be believed at a recorded instant.
MATCH (d:Declaration)-[:`FOR`]->(e:Entry)
WHERE d.recorded_from = $recorded OR d.recorded_to = $recorded
RETURN DISTINCT e.number AS entry
