// Every declared band ever recorded, from which the chain of amendments is recomputed.
MATCH (e:Entry)-[r:USES_BAND]->(b:Band)
RETURN r.id AS id, e.number AS entry, b.name AS band, r.amendment AS amendment, r.valid_from AS valid_from,
       r.valid_to AS valid_to, r.recorded_from AS recorded_from, r.recorded_to AS recorded_to
