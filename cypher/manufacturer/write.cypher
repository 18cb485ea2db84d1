// Writes names of manufacturers that are believed from this transaction on.
UNWIND $rows AS row
CREATE (:ManufacturerName {id: row.id, code: row.code, name: row.name, list_version: row.list_version,
                           amendment: row.amendment, valid_from: row.valid_from, valid_to: row.valid_to,
                           recorded_from: $recorded, recorded_to: $open})
