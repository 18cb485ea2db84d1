// The acceptances believed whose base or target ever had a device model.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(:Revision)-[:OF_ENTRY]->(t:Entry)
MATCH (t)<-[:`FOR`]-(c:Acceptance)
WHERE c.recorded_from <= $known_at AND $known_at < c.recorded_to
MATCH (c)-[:ACCEPTS]->(b:Entry)
MATCH (c)<-[:MADE]-(a:Amendment)
RETURN c.id AS id, b.number AS base, t.number AS target, c.base_model AS base_model, c.target_model AS target_model, c.evidence AS evidence,
       a.id AS amendment, c.valid_from AS valid_from, c.valid_to AS valid_to, c.recorded_from AS recorded_from
UNION
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(:Revision)-[:OF_ENTRY]->(b:Entry)
MATCH (b)<-[:ACCEPTS]-(c:Acceptance)
WHERE c.recorded_from <= $known_at AND $known_at < c.recorded_to
MATCH (c)-[:`FOR`]->(t:Entry)
MATCH (c)<-[:MADE]-(a:Amendment)
RETURN c.id AS id, b.number AS base, t.number AS target, c.base_model AS base_model, c.target_model AS target_model, c.evidence AS evidence,
       a.id AS amendment, c.valid_from AS valid_from, c.valid_to AS valid_to, c.recorded_from AS recorded_from
