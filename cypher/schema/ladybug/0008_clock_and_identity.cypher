// The acceptance of a clock that is behind the last recorded instant, and up to which recorded instant each compartment
// accepts such a clock. The id of the graph tells it from another graph that is put in its place.
CREATE NODE TABLE IF NOT EXISTS ClockAcceptance(id STRING PRIMARY KEY, amendment STRING, clock TIMESTAMP, last TIMESTAMP, recorded_from TIMESTAMP, recorded_to TIMESTAMP);
ALTER TABLE Compartment ADD IF NOT EXISTS clock_accepted TIMESTAMP DEFAULT timestamp('0001-01-01 00:00:00');
ALTER TABLE Compartment ADD IF NOT EXISTS graph_id STRING DEFAULT '';
