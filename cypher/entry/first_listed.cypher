// The instant from which an entry is listed, as known at an instant.
MATCH (e:Entry {number: $entry})<-[:OF_ENTRY]-(r:Revision)
WHERE r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN min(r.valid_from) AS instant
