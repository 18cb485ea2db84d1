// `facts/siblings_of` for one entry, found by its key.
MATCH (e:Entry {number: $entry})<-[:OF_ENTRY]-(:Revision)-[:CARRIES]->(i:Image)
MATCH (i)<-[:CARRIES]-(:Revision)-[:OF_ENTRY]->(n:Entry)
RETURN collect(DISTINCT n.number) AS entry
