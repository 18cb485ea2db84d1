// Every entry ever of a device model that one of these entries was ever of: all that may be its twins.
MATCH (e:Entry)<-[:OF_ENTRY]-(:Revision)-[:`OF`]->(m:DeviceModel)<-[:`OF`]-(:Revision)-[:OF_ENTRY]->(n:Entry)
WHERE e.number IN $entries
RETURN DISTINCT n.number AS entry
ORDER BY entry
