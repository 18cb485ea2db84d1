// Ends the recorded interval of revisions. No other property of a stored row is ever set.
UNWIND $ids AS id
MATCH (f:Revision {id: id})
WHERE f.recorded_to = $open
SET f.recorded_to = $recorded
