// The recorded instants at which a fact began to be believed.
MATCH (f:Revision)
RETURN DISTINCT f.recorded_from AS instant
UNION
MATCH (f:Declaration)
RETURN DISTINCT f.recorded_from AS instant
UNION
MATCH (f:Acceptance)
RETURN DISTINCT f.recorded_from AS instant
UNION
MATCH (:Entry)-[f:CONFIRMED]->(:Entry)
RETURN DISTINCT f.recorded_from AS instant
