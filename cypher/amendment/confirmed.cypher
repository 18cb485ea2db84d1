// The entries for which an amendment was the first to confirm a base.
MATCH (a:Amendment {id: $id})
MATCH (:Entry)-[r:CONFIRMED]->(e:Entry)
WHERE r.amendment = $id AND r.recorded_from = a.recorded
RETURN DISTINCT e.number AS entry
