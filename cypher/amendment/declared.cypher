// The entries of which an amendment said something: the declarations that it was the first to make.
MATCH (a:Amendment {id: $id})-[:MADE]->(d:Declaration)-[:`FOR`]->(e:Entry)
WHERE d.recorded_from = a.recorded
RETURN DISTINCT e.number AS entry
