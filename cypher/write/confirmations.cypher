// Writes confirmations that are believed from this transaction on.
UNWIND $rows AS row
MATCH (b:Entry {number: row.base})
MATCH (t:Entry {number: row.target})
CREATE (b)-[:CONFIRMED {id: row.id, base_model: row.base_model, base_version: row.base_version,
                        base_hash: row.base_hash, target_model: row.target_model,
                        target_version: row.target_version, target_hash: row.target_hash, evidence: row.evidence,
                        amendment: row.amendment, valid_from: row.valid_from, valid_to: row.valid_to,
                        recorded_from: $recorded, recorded_to: $open}]->(t)
