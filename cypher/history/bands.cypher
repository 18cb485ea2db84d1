// Every band declared for an entry and recorded by an instant, with the amendment that made it first.
MATCH (e:Entry {number: $entry})-[r:USES_BAND]->(b:Band)
WHERE r.recorded_from <= $known_at
MATCH (a:Amendment)
WHERE a.id = r.amendment
RETURN r.id AS id, b.name AS band,
       a.id AS amendment, a.reason AS reason, a.source AS source, a.recorded AS recorded,
       r.valid_from AS valid_from, r.valid_to AS valid_to,
       r.recorded_from AS recorded_from, r.recorded_to AS recorded_to
ORDER BY recorded_from, valid_from
