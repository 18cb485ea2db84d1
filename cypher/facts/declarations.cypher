// Every declaration believed at a recorded instant.
MATCH (a:Amendment)-[:MADE]->(d:Declaration)-[:`FOR`]->(e:Entry)
WHERE d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN d.id AS id, e.number AS entry, d.kind AS kind, d.given AS given, d.evidence AS evidence, a.id AS amendment, d.declared AS declared,
       d.valid_from AS valid_from, d.valid_to AS valid_to, d.recorded_from AS recorded_from
ORDER BY entry, valid_from
