// The list versions known at a recorded instant, in list order.
// The order is that of two integers; as text, version 1.10 would come before 1.9.
MATCH (l:ListVersion)
WHERE l.recorded_from <= $known_at AND $known_at < l.recorded_to
RETURN l.number AS number, l.issued AS issued, l.effective_from AS effective_from, l.sha256 AS sha256,
       l.entries AS entries, l.recorded_from AS recorded
ORDER BY l.major, l.minor
