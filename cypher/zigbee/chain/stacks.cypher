// Every stack ever recorded of an entry, from which the chain of this compartment is recomputed.
MATCH (e:Entry)-[r:RUNS_STACK]->(k:Stack)
RETURN r.id AS id, e.number AS entry, 'stack' AS kind, k.vendor AS vendor, k.version AS detail,
       r.given_vendor AS given_vendor, r.given_version AS given_detail, r.amendment AS amendment,
       r.valid_from AS valid_from, r.valid_to AS valid_to, r.recorded_from AS recorded_from,
       r.recorded_to AS recorded_to
