// The declarations believed for the entries that ever had a device model. Those that differ only in entry, id, evidence and
// bases share a row. A declaration comes once for each revision of its entry: the repository drops repetitions, which is
// cheaper than DISTINCT here.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(:Revision)-[:OF_ENTRY]->(e:Entry)
MATCH (e)<-[:`FOR`]-(d:Declaration)<-[:MADE]-(a:Amendment)
WITH e, d, a
WHERE d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN collect(d.id) AS id, collect(e.number) AS entry, collect(d.given) AS given, collect(d.evidence) AS evidence, d.kind AS kind,
       a.id AS amendment, d.declared AS declared,
       d.valid_from AS valid_from, d.valid_to AS valid_to, d.recorded_from AS recorded_from
