// Both ends of the effective intervals of all facts, at which the facts in force can change. Derived steps and held bases
// change at no other instants.
MATCH (f:Revision)
WHERE f.recorded_from <= $known_at
RETURN DISTINCT f.valid_from AS begun, f.valid_to AS ended
UNION
MATCH (f:Declaration)
WHERE f.recorded_from <= $known_at
RETURN DISTINCT f.valid_from AS begun, f.valid_to AS ended
UNION
MATCH (f:Acceptance)
WHERE f.recorded_from <= $known_at
RETURN DISTINCT f.valid_from AS begun, f.valid_to AS ended
UNION
MATCH (:Entry)-[f:CONFIRMED]->(:Entry)
WHERE f.recorded_from <= $known_at
RETURN DISTINCT f.valid_from AS begun, f.valid_to AS ended
