// Every entry that ever carried an image which one of these entries ever carried, on any device model.
MATCH (e:Entry)<-[:OF_ENTRY]-(:Revision)-[:CARRIES]->(i:Image)
WHERE e.number IN $entries
WITH DISTINCT i
MATCH (i)<-[:CARRIES]-(:Revision)-[:OF_ENTRY]->(n:Entry)
RETURN DISTINCT n.number AS entry
ORDER BY entry
