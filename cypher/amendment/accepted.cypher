// The entries for which an amendment was the first to accept a held base.
MATCH (a:Amendment {id: $id})-[:MADE]->(c:Acceptance)-[:`FOR`]->(e:Entry)
WHERE c.recorded_from = a.recorded
RETURN DISTINCT e.number AS entry
