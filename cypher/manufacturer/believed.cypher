// The names of all manufacturers over all effective time, as known at an instant.
MATCH (r:ManufacturerName)
WHERE r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN r.id AS id, r.code AS code, r.name AS name, r.list_version AS list_version, r.amendment AS amendment,
       r.valid_from AS valid_from, r.valid_to AS valid_to, r.recorded_from AS recorded_from
ORDER BY code, valid_from
