// The entries of which an amendment accepted a base.
MATCH (a:Amendment {id: $id})-[:MADE]->(c:Acceptance)-[:`FOR`]->(e:Entry)
WHERE c.recorded_from = a.recorded
RETURN DISTINCT e.number AS entry
