// Every declaration for an entry recorded by an instant, with the amendment that made it first.
MATCH (e:Entry {number: $entry})<-[:`FOR`]-(d:Declaration)<-[:MADE]-(a:Amendment)
WHERE d.recorded_from <= $known_at
RETURN d.id AS id, d.kind AS kind, d.given AS given, d.evidence AS evidence, d.declared AS declared,
       a.id AS amendment, a.reason AS reason, a.source AS source, a.recorded AS recorded,
       d.valid_from AS valid_from, d.valid_to AS valid_to,
       d.recorded_from AS recorded_from, d.recorded_to AS recorded_to
ORDER BY recorded_from, valid_from
