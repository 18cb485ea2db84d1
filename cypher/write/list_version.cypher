// One published issue of the list, as believed from now on.
CREATE (:ListVersion {id: $id, number: $number, major: $major, minor: $minor, issued: $issued,
                      effective_from: $effective_from, sha256: $sha256, entries: $entries,
                      recorded_from: $recorded, recorded_to: $open})
