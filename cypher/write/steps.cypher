// Writes steps that are believed from this transaction on. A step repeats the numbers of its base and target: to read
// them from the entries would make Ladybug scan all entries.
UNWIND $rows AS row
MATCH (b:Entry {number: row.base})
MATCH (t:Entry {number: row.target})
CREATE (b)-[:UPGRADES_TO {base: row.base, target: row.target, listed: row.listed, declaration: row.declaration, acceptance: row.acceptance,
                          by_twin: row.by_twin, identity_change: row.identity_change,
                          valid_from: row.valid_from, valid_to: row.valid_to,
                          recorded_from: $recorded, recorded_to: $open}]->(t)
