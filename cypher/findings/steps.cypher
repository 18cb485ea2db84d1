// Every step in force.
MATCH (:Entry)-[s:UPGRADES_TO]->(:Entry)
WHERE s.valid_from <= $at AND $at < s.valid_to AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN collect(s.base) AS bases, collect(s.target) AS targets, collect(s.declaration) AS declarations,
       collect(s.acceptance) AS acceptances, collect(s.by_twin) AS by_twins
