// The recorded instant that this write was given, and how many amendments there are now.
MATCH (c:Compartment {name: $name})
SET c.recorded = $recorded, c.sequence = $sequence
