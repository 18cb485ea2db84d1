// The amendments recorded at one of these instants that made a declaration or an acceptance for one of these entries.
MATCH (e:Entry)<-[:`FOR`]-(:Declaration)<-[:MADE]-(a:Amendment)
WHERE e.number IN $entries AND a.recorded IN $instants
RETURN DISTINCT a.id AS id, a.reason AS reason, a.source AS source, a.recorded AS recorded
UNION
MATCH (e:Entry)<-[:`FOR`]-(:Acceptance)<-[:MADE]-(a:Amendment)
WHERE e.number IN $entries AND a.recorded IN $instants
RETURN DISTINCT a.id AS id, a.reason AS reason, a.source AS source, a.recorded AS recorded
