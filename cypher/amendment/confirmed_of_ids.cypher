// The entries for which each of these amendments was the first to confirm a base.
MATCH (a:Amendment)
WHERE a.id IN $ids
MATCH (:Entry)-[r:CONFIRMED]->(e:Entry)
WHERE r.amendment = a.id AND r.recorded_from = a.recorded
RETURN DISTINCT a.id AS id, e.number AS entry
