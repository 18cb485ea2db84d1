// Every entry that ever shared a device model with one of these entries: only these can be its twins.
MATCH (e:Entry)<-[:OF_ENTRY]-(:Revision)-[:`OF`]->(m:DeviceModel)
WHERE e.number IN $entries
WITH DISTINCT m
MATCH (m)<-[:`OF`]-(:Revision)-[:OF_ENTRY]->(n:Entry)
RETURN collect(DISTINCT n.number) AS entry
