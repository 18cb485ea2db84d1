// Every entry ever of a device model that one of these entries was ever of: all that may be its twins.
MATCH (e:Entry)<-[:OF_ENTRY]-(:Revision)-[:`OF`]->(m:DeviceModel)
WHERE e.number IN $entries
WITH DISTINCT m
MATCH (m)<-[:`OF`]-(:Revision)-[:OF_ENTRY]->(n:Entry)
RETURN collect(DISTINCT n.number) AS entry
