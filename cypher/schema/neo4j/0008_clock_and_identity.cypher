// The acceptance of a clock that is behind the last recorded instant, and up to which recorded instant each compartment
// accepts such a clock. The id of the graph tells it from another graph that is put in its place.
CREATE CONSTRAINT clock_acceptance_id IF NOT EXISTS FOR (n:ClockAcceptance) REQUIRE n.id IS UNIQUE;
MATCH (c:Compartment) WHERE c.clock_accepted IS NULL SET c.clock_accepted = datetime('0001-01-01T00:00:00Z');
MATCH (c:Compartment) WHERE c.graph_id IS NULL SET c.graph_id = '';
