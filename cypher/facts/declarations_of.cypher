// The declarations believed for these entries. Those that differ only in entry, id, evidence and bases share a row.
// The predicate stands after a WITH: before it, Ladybug scans all nodes of the kind and joins them.
MATCH (e:Entry)<-[:`FOR`]-(d:Declaration)<-[:MADE]-(a:Amendment)
WHERE e.number IN $entries
WITH e, d, a
WHERE d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN collect(d.id) AS id, collect(e.number) AS entry, collect(d.given) AS given, collect(d.evidence) AS evidence, d.kind AS kind,
       a.id AS amendment, d.declared AS declared,
       d.valid_from AS valid_from, d.valid_to AS valid_to, d.recorded_from AS recorded_from
