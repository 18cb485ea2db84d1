// Stores the recorded instant of a write, the number of amendments after it, and the head of their chain.
MATCH (c:Compartment {name: $name})
SET c.recorded = $recorded, c.sequence = $sequence, c.head = $head
