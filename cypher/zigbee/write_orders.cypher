// Writes orders of stack versions that are believed from this transaction on.
UNWIND $rows AS row
CREATE (:StackOrder {id: row.id, vendor: row.vendor, given_vendor: row.given_vendor, versions: row.versions,
                     given_versions: row.given_versions, amendment: row.amendment,
                     valid_from: row.valid_from, valid_to: row.valid_to,
                     recorded_from: $recorded, recorded_to: $open})
