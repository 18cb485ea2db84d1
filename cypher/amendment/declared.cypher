// The entries for which an amendment was the first to make a declaration.
MATCH (a:Amendment {id: $id})-[:MADE]->(d:Declaration)-[:`FOR`]->(e:Entry)
WHERE d.recorded_from = a.recorded
RETURN DISTINCT e.number AS entry
