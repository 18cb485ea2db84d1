// Ends the recorded interval of a list version that is corrected.
MATCH (l:ListVersion {number: $number})
WHERE l.recorded_to = $open
SET l.recorded_to = $recorded
