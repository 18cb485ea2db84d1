// Writes a list version that is believed from this transaction on.
CREATE (:ListVersion {id: $id, number: $number, major: $major, minor: $minor, issued: $issued,
                      effective_from: $effective_from, sha256: $sha256, entries: $entries,
                      recorded_from: $recorded, recorded_to: $open})
