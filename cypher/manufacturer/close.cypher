// Ends the recorded interval of names of manufacturers. No other property of a stored row is ever set.
UNWIND $ids AS id
MATCH (n:ManufacturerName {id: id})
WHERE n.recorded_to = $open
SET n.recorded_to = $recorded
