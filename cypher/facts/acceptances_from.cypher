// The acceptances believed whose base is one of these entries. Each connects the device models of its base and target,
// so that an edit of one affects answers about the other.
MATCH (b:Entry)<-[:ACCEPTS]-(c:Acceptance)<-[:MADE]-(a:Amendment), (c)-[:`FOR`]->(t:Entry)
WHERE b.number IN $entries AND c.recorded_from <= $known_at AND $known_at < c.recorded_to
RETURN c.id AS id, b.number AS base, t.number AS target, c.base_model AS base_model, c.target_model AS target_model, c.evidence AS evidence,
       a.id AS amendment, c.valid_from AS valid_from, c.valid_to AS valid_to, c.recorded_from AS recorded_from
ORDER BY base, target, valid_from
