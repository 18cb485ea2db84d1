// Every confirmation believed at a recorded instant.
MATCH (b:Entry)-[r:CONFIRMED]->(t:Entry)
WHERE r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN r.id AS id, b.number AS base, t.number AS target,
       r.base_model AS base_model, r.base_version AS base_version, r.base_hash AS base_hash,
       r.target_model AS target_model, r.target_version AS target_version, r.target_hash AS target_hash,
       r.evidence AS evidence, r.amendment AS amendment,
       r.valid_from AS valid_from, r.valid_to AS valid_to, r.recorded_from AS recorded_from
