// Every acceptance believed at a recorded instant.
MATCH (a:Amendment)-[:MADE]->(c:Acceptance)-[:`FOR`]->(t:Entry), (c)-[:ACCEPTS]->(b:Entry)
WHERE c.recorded_from <= $known_at AND $known_at < c.recorded_to
RETURN c.id AS id, b.number AS base, t.number AS target, c.base_model AS base_model, c.target_model AS target_model, c.evidence AS evidence,
       a.id AS amendment, c.valid_from AS valid_from, c.valid_to AS valid_to, c.recorded_from AS recorded_from
ORDER BY base, target, valid_from
