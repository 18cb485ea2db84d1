// Every name of a manufacturer ever recorded, from which the chain of amendments is recomputed.
MATCH (n:ManufacturerName)
RETURN n.id AS id, n.code AS code, n.name AS name, n.list_version AS list_version, n.amendment AS amendment,
       n.valid_from AS valid_from, n.valid_to AS valid_to, n.recorded_from AS recorded_from,
       n.recorded_to AS recorded_to
