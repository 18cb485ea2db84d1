// The entries for which an acceptance began or ceased to be believed at a recorded instant.
MATCH (c:Acceptance)-[:`FOR`]->(e:Entry)
WHERE c.recorded_from = $recorded OR c.recorded_to = $recorded
RETURN DISTINCT e.number AS entry
