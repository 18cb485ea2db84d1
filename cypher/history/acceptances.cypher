// Every acceptance for an entry recorded by an instant, with the amendment that made it first.
MATCH (t:Entry {number: $entry})<-[:`FOR`]-(c:Acceptance)<-[:MADE]-(a:Amendment)
WHERE c.recorded_from <= $known_at
MATCH (c)-[:ACCEPTS]->(b:Entry)
RETURN c.id AS id, b.number AS base, c.base_model AS base_model, c.target_model AS target_model, c.evidence AS evidence,
       a.id AS amendment, a.reason AS reason, a.source AS source, a.recorded AS recorded,
       c.valid_from AS valid_from, c.valid_to AS valid_to,
       c.recorded_from AS recorded_from, c.recorded_to AS recorded_to
ORDER BY recorded_from, valid_from, base
