// Writes entries' stacks that are believed from this transaction on, with the spelling of the source.
UNWIND $rows AS row
MATCH (e:Entry {number: row.entry})
MATCH (k:Stack {id: row.node})
CREATE (e)-[:RUNS_STACK {id: row.id, given_vendor: row.given_vendor, given_version: row.given_detail,
                 amendment: row.amendment, valid_from: row.valid_from, valid_to: row.valid_to,
                 recorded_from: $recorded, recorded_to: $open}]->(k)
