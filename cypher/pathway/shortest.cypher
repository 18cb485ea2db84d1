// The length of a shortest pathway by the engine's own search; `verify` compares the result with that of the rules.
// Base and target must differ. The upper bound is never reached: there are no more entry numbers.
MATCH (b:Entry {number: $base})
MATCH (t:Entry {number: $target})
MATCH p = shortestPath((b)-[:UPGRADES_TO*..999999]->(t))
WHERE all(s IN relationships(p) WHERE (s.listed OR $through_removed)
          AND s.valid_from <= $at AND $at < s.valid_to AND s.recorded_from <= $known_at
          AND $known_at < s.recorded_to)
RETURN length(p) AS steps
