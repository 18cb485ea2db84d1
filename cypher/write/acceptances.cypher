// Writes acceptances that are believed from this transaction on.
UNWIND $rows AS row
MATCH (a:Amendment {id: row.amendment})
MATCH (b:Entry {number: row.base})
MATCH (t:Entry {number: row.target})
CREATE (c:Acceptance {id: row.id, base_model: row.base_model, target_model: row.target_model,
                      evidence: row.evidence,
                      valid_from: row.valid_from, valid_to: row.valid_to,
                      recorded_from: $recorded, recorded_to: $open})
CREATE (a)-[:MADE]->(c)
CREATE (c)-[:ACCEPTS]->(b)
CREATE (c)-[:`FOR`]->(t)
