// Ends the recorded interval of orders of stack versions. No other property of a stored row is ever set.
UNWIND $ids AS id
MATCH (f:StackOrder {id: id})
WHERE f.recorded_to = $open
SET f.recorded_to = $recorded
