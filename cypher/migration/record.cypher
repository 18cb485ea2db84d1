// Says that a schema file was applied; saying it twice changes nothing.
MERGE (m:Migration {number: $number})
SET m.name = $name, m.sha256 = $sha256
