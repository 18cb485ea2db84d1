// Declared orders that are no longer believed: the only property ever set on an existing row.
UNWIND $ids AS id
MATCH (f:StackOrder {id: id})
WHERE f.recorded_to = $open
SET f.recorded_to = $recorded
