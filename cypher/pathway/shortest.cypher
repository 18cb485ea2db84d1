// The engine's own shortest path: the cross-check of what the rules found. Base and target must differ.
MATCH (b:Entry {number: $base}), (t:Entry {number: $target})
MATCH p = shortestPath((b)-[:UPGRADES_TO*]->(t))
WHERE all(s IN relationships(p) WHERE (s.listed OR $through_removed)
          AND s.valid_from <= $at AND $at < s.valid_to AND s.recorded_from <= $known_at
          AND $known_at < s.recorded_to)
RETURN length(p) AS steps
