// What was believed of a list version before its correction.
MATCH (l:ListVersion {number: $number})
WHERE l.recorded_to = $open
SET l.recorded_to = $recorded
