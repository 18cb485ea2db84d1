// Gives the graph its id, unless it has one. The first SET locks the node, so that a second writer sees the first id.
MATCH (c:Compartment {name: 'public'})
SET c.revision = c.revision
WITH c WHERE c.graph_id = ''
SET c.graph_id = $graph_id
