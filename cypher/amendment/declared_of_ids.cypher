// The entries for which each of these amendments was the first to make a declaration.
MATCH (a:Amendment)-[:MADE]->(d:Declaration)-[:`FOR`]->(e:Entry)
WHERE a.id IN $ids AND d.recorded_from = a.recorded
RETURN DISTINCT a.id AS id, e.number AS entry
