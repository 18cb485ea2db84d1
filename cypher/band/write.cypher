// Writes bands that are believed from this transaction on.
UNWIND $rows AS row
MATCH (e:Entry {number: row.entry})
MATCH (b:Band {name: row.band})
CREATE (e)-[:USES_BAND {id: row.id, amendment: row.amendment, valid_from: row.valid_from, valid_to: row.valid_to,
                        recorded_from: $recorded, recorded_to: $open}]->(b)
