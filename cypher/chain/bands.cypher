// Every band that was ever told beside the list, believed or not: what the chain is recomputed from.
MATCH (e:Entry)-[r:USES_BAND]->(b:Band)
RETURN r.id AS id, e.number AS entry, b.name AS band, r.amendment AS amendment, r.valid_from AS valid_from,
       r.valid_to AS valid_to, r.recorded_from AS recorded_from, r.recorded_to AS recorded_to
