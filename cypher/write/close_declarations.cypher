// Ends the recorded interval of declarations. No other property of a stored row is ever set.
UNWIND $ids AS id
MATCH (f:Declaration {id: id})
WHERE f.recorded_to = $open
SET f.recorded_to = $recorded
