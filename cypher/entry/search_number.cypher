// The revision in force of an entry, by the entry's key.
MATCH (e:Entry {number: $number})<-[:OF_ENTRY]-(r:Revision)
WITH r
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN r.id AS id, '' AS rank
