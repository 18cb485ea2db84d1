// The engine's own shortest path: the cross-check of what the rules found. Base and target must differ.
// The bound is no bound: there are no more entry numbers than that.
MATCH (b:Entry {number: $base})
MATCH (t:Entry {number: $target})
MATCH p = shortestPath((b)-[:UPGRADES_TO*..999999]->(t))
WHERE all(s IN relationships(p) WHERE (s.listed OR $through_removed)
          AND s.valid_from <= $at AND $at < s.valid_to AND s.recorded_from <= $known_at
          AND $known_at < s.recorded_to)
RETURN length(p) AS steps
