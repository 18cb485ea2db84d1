// Every confirmation for an entry recorded by an instant, with the amendment that made it first.
MATCH (t:Entry {number: $entry})<-[r:CONFIRMED]-(b:Entry)
WHERE r.recorded_from <= $known_at
MATCH (a:Amendment)
WHERE a.id = r.amendment
RETURN r.id AS id, b.number AS base,
       r.base_model AS base_model, r.base_version AS base_version, r.base_hash AS base_hash,
       r.target_model AS target_model, r.target_version AS target_version, r.target_hash AS target_hash,
       r.evidence AS evidence, a.id AS amendment, a.reason AS reason, a.source AS source, a.recorded AS recorded,
       r.valid_from AS valid_from, r.valid_to AS valid_to,
       r.recorded_from AS recorded_from, r.recorded_to AS recorded_to
ORDER BY recorded_from, valid_from, base
