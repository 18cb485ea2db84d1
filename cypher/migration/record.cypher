// Records that a schema file was applied. A second time changes nothing.
MERGE (m:Migration {number: $number})
SET m.name = $name, m.sha256 = $sha256
