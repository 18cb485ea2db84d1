// The last committed state of a compartment.
MATCH (c:Compartment {name: $name})
RETURN c.revision AS revision, c.sequence AS sequence, c.recorded AS recorded, c.head AS head,
       c.clock_accepted AS clock_accepted
