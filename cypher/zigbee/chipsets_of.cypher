// The chipsets of these entries over all effective time, as known at an instant.
MATCH (e:Entry)-[r:HAS_CHIPSET]->(k:Chipset)
WHERE e.number IN $entries AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN r.id AS id, e.number AS entry, 'chipset' AS kind, k.vendor AS vendor, k.part AS detail,
       r.given_vendor AS given_vendor, r.given_part AS given_detail, r.amendment AS amendment,
       r.valid_from AS valid_from, r.valid_to AS valid_to, r.recorded_from AS recorded_from
