// Every declaration ever recorded, from which the chain of amendments is recomputed.
MATCH (a:Amendment)-[:MADE]->(d:Declaration)-[:`FOR`]->(e:Entry)
RETURN d.id AS id, e.number AS entry, d.kind AS kind, d.given AS given, d.evidence AS evidence, a.id AS amendment, d.declared AS declared,
       d.valid_from AS valid_from, d.valid_to AS valid_to, d.recorded_from AS recorded_from,
       d.recorded_to AS recorded_to
