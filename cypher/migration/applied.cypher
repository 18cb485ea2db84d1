// Which numbered schema files this graph has.
MATCH (m:Migration)
RETURN m.number AS number, m.name AS name, m.sha256 AS sha256
ORDER BY number
