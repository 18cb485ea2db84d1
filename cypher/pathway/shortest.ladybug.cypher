// override: Ladybug has no shortestPath(). Its own form stops at 255 steps and finds no longer pathway.
MATCH p = (b:Entry {number: $base})-[s:UPGRADES_TO* SHORTEST 1..255 (r, n | WHERE (r.listed OR $through_removed)
          AND r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at
          AND $known_at < r.recorded_to)]->(t:Entry {number: $target})
RETURN length(p) AS steps
