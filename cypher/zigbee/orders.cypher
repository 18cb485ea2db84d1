// The declared orders of stack versions, as known at an instant.
MATCH (r:StackOrder)
WHERE r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN r.id AS id, r.vendor AS vendor, r.given_vendor AS given_vendor, r.versions AS versions,
       r.given_versions AS given_versions, r.amendment AS amendment, r.valid_from AS valid_from,
       r.valid_to AS valid_to, r.recorded_from AS recorded_from
ORDER BY vendor
