// The id of the graph; blank until a server has opened the graph.
MATCH (c:Compartment {name: 'public'})
RETURN c.graph_id AS graph_id
