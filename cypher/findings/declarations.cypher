// Every declaration in force. Those with the same instants share a row.
MATCH (d:Declaration)-[:`FOR`]->(e:Entry)
WHERE d.valid_from <= $at AND $at < d.valid_to AND d.recorded_from <= $known_at AND $known_at < d.recorded_to
RETURN collect(e.number) AS numbers, collect(d.id) AS ids, collect(d.kind) AS kinds, collect(d.given) AS givens,
       d.declared AS declared, d.recorded_from AS recorded
