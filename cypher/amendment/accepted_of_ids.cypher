// The entries for which amendments accepted a base.
MATCH (a:Amendment)-[:MADE]->(c:Acceptance)-[:`FOR`]->(e:Entry)
WHERE a.id IN $ids AND c.recorded_from = a.recorded
RETURN DISTINCT a.id AS id, e.number AS entry
