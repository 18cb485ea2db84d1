// Every acceptance of a clock ever recorded, from which the chain of amendments is recomputed.
MATCH (c:ClockAcceptance)
RETURN c.id AS id, c.amendment AS amendment, c.clock AS clock, c.last AS last, c.recorded_from AS recorded_from,
       c.recorded_to AS recorded_to
