// Ends the recorded interval of acceptances. No other property of a stored row is ever set.
UNWIND $ids AS id
MATCH (f:Acceptance {id: id})
WHERE f.recorded_to = $open
SET f.recorded_to = $recorded
