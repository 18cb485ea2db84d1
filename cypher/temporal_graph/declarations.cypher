// The declarations of the entries that were ever of a device model, over all time. One comes once for each revision of
// its entry: to tell them apart here would cost more than to do it where they arrive.
// A row for each set of instants, which nearly all share: an instant a thing costs Neo4j's driver more than all else.
// Whether a thing holds is asked after a WITH: else Ladybug looks through all of its kind, however few are led to.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE p.recorded_from <= $known_at
MATCH (e)<-[:`FOR`]-(d:Declaration)
WITH e, d
WHERE d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN collect(e.number) AS entries, collect(d.id) AS ids, collect(d.kind) AS kinds, collect(d.given) AS given,
       d.declared AS declared, d.recorded_from AS recorded,
       d.valid_from AS valid_from, d.valid_to AS valid_to
