// Writes held bases that are believed from this transaction on.
UNWIND $rows AS row
MATCH (b:Entry {number: row.base})
MATCH (t:Entry {number: row.target})
CREATE (b)-[:HELD_BASE {base: row.base, target: row.target, code: row.code, declaration: row.declaration,
                        valid_from: row.valid_from, valid_to: row.valid_to,
                        recorded_from: $recorded, recorded_to: $open}]->(t)
