// The declarations for the entries that ever had a device model, over all effective time. A declaration comes once for
// each revision of its entry: the application drops repetitions, which is cheaper than DISTINCT here.
// One row for each set of instants, which nearly all facts share: an instant for each fact takes Neo4j's driver longer
// than everything else.
// The predicate stands after a WITH: before it, Ladybug scans all nodes of the kind and joins them.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(p:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE p.recorded_from <= $known_at
MATCH (e)<-[:`FOR`]-(d:Declaration)
WITH e, d
WHERE d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN collect(e.number) AS entries, collect(d.id) AS ids, collect(d.kind) AS kinds, collect(d.given) AS given,
       d.declared AS declared, d.recorded_from AS recorded,
       d.valid_from AS valid_from, d.valid_to AS valid_to
