// The order key of the oldest row that stays after the `excess` oldest ones are deleted.
MATCH (t:Told)
RETURN t.turn AS turn
ORDER BY turn
SKIP $excess
LIMIT 1
