// Derived steps that are believed from now on. Both numbers stand on the step too: reading a neighbour's would make
// Ladybug scan all entries.
UNWIND $rows AS row
MATCH (b:Entry {number: row.base})
MATCH (t:Entry {number: row.target})
CREATE (b)-[:UPGRADES_TO {base: row.base, target: row.target, listed: row.listed, declaration: row.declaration, acceptance: row.acceptance,
                          by_twin: row.by_twin, identity_change: row.identity_change,
                          valid_from: row.valid_from, valid_to: row.valid_to,
                          recorded_from: $recorded, recorded_to: $open}]->(t)
