// The recorded instant that this write was given, how many amendments there are now, and the head of their chain.
MATCH (c:Compartment {name: $name})
SET c.recorded = $recorded, c.sequence = $sequence, c.head = $head
