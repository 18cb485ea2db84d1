// The declared bands of these entries over all effective time, as known at an instant.
MATCH (e:Entry)-[r:USES_BAND]->(b:Band)
WHERE e.number IN $entries AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN r.id AS id, e.number AS entry, b.name AS band, r.amendment AS amendment,
       r.valid_from AS valid_from, r.valid_to AS valid_to, r.recorded_from AS recorded_from
