// The recorded intervals over which the facts of these entries were believed.
MATCH (e:Entry)<-[:OF_ENTRY]-(f:Revision)
WHERE e.number IN $entries
RETURN DISTINCT f.recorded_from AS begun, f.recorded_to AS ended
UNION
MATCH (e:Entry)<-[:`FOR`]-(f:Declaration)
WHERE e.number IN $entries
RETURN DISTINCT f.recorded_from AS begun, f.recorded_to AS ended
UNION
MATCH (e:Entry)<-[:`FOR`]-(f:Acceptance)
WHERE e.number IN $entries
RETURN DISTINCT f.recorded_from AS begun, f.recorded_to AS ended
