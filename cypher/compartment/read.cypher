// The last committed instant, read before any question is answered.
MATCH (c:Compartment {name: $name})
RETURN c.revision AS revision, c.sequence AS sequence, c.recorded AS recorded, c.head AS head
