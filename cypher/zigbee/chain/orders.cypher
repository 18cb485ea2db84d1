// Every order of stack versions ever recorded, from which the chain of this compartment is recomputed.
MATCH (r:StackOrder)
RETURN r.id AS id, r.vendor AS vendor, r.given_vendor AS given_vendor, r.versions AS versions,
       r.given_versions AS given_versions, r.amendment AS amendment, r.valid_from AS valid_from,
       r.valid_to AS valid_to, r.recorded_from AS recorded_from, r.recorded_to AS recorded_to
