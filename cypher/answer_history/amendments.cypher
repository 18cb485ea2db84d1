// The amendments recorded at these instants that said something of these entries.
MATCH (e:Entry)<-[:`FOR`]-(:Declaration)<-[:MADE]-(a:Amendment)
WHERE e.number IN $entries AND a.recorded IN $instants
RETURN DISTINCT a.id AS id, a.reason AS reason, a.source AS source, a.recorded AS recorded
UNION
MATCH (e:Entry)<-[:`FOR`]-(:Acceptance)<-[:MADE]-(a:Amendment)
WHERE e.number IN $entries AND a.recorded IN $instants
RETURN DISTINCT a.id AS id, a.reason AS reason, a.source AS source, a.recorded AS recorded
