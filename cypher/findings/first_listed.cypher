// The instants from which entries are listed, as known at an instant, each with the entries listed from then on.
MATCH (r:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE r.recorded_from <= $known_at AND $known_at < r.recorded_to
WITH e.number AS number, min(r.valid_from) AS first
RETURN collect(number) AS numbers, first AS instant
