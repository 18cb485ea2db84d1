// The entries of which a revision began or ceased to be believed at a recorded instant.
MATCH (r:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE r.recorded_from = $recorded OR r.recorded_to = $recorded
RETURN DISTINCT e.number AS entry
