// The schema files that were applied to this graph.
MATCH (m:Migration)
RETURN m.number AS number, m.name AS name, m.sha256 AS sha256
ORDER BY number
