// The declarations believed for these entries; those that are alike in all else come as one row.
// Which facts are believed is asked once they are found: else Ladybug looks through all facts first.
MATCH (e:Entry)<-[:`FOR`]-(d:Declaration)<-[:MADE]-(a:Amendment)
WHERE e.number IN $entries
WITH e, d, a
WHERE d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN collect(d.id) AS id, collect(e.number) AS entry, collect(d.given) AS given, d.kind AS kind,
       a.id AS amendment, d.declared AS declared,
       d.valid_from AS valid_from, d.valid_to AS valid_to, d.recorded_from AS recorded_from
