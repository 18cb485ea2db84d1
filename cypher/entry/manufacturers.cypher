// The manufacturers of these entries in the list in force.
MATCH (e:Entry)<-[:OF_ENTRY]-(r:Revision)
WHERE e.number IN $entries
  AND r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN e.number AS entry, r.manufacturer AS manufacturer
