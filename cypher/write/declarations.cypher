// Writes declarations that are believed from this transaction on, each under the amendment that made it first.
UNWIND $rows AS row
MATCH (a:Amendment {id: row.amendment})
MATCH (e:Entry {number: row.entry})
CREATE (d:Declaration {id: row.id, kind: row.kind, given: row.given, declared: row.declared, evidence: row.evidence,
                       valid_from: row.valid_from, valid_to: row.valid_to,
                       recorded_from: $recorded, recorded_to: $open})
CREATE (a)-[:MADE]->(d)
CREATE (d)-[:`FOR`]->(e)
