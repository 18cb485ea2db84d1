// The entries for which each of these amendments was the first to accept a held base.
MATCH (a:Amendment)-[:MADE]->(c:Acceptance)-[:`FOR`]->(e:Entry)
WHERE a.id IN $ids AND c.recorded_from = a.recorded
RETURN DISTINCT a.id AS id, e.number AS entry
