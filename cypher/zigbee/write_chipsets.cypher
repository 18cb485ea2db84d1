// Writes entries' chipsets that are believed from this transaction on, with the spelling of the source.
UNWIND $rows AS row
MATCH (e:Entry {number: row.entry})
MATCH (k:Chipset {id: row.node})
CREATE (e)-[:HAS_CHIPSET {id: row.id, given_vendor: row.given_vendor, given_part: row.given_detail,
                 amendment: row.amendment, valid_from: row.valid_from, valid_to: row.valid_to,
                 recorded_from: $recorded, recorded_to: $open}]->(k)
