// Every list version as recorded, with the versions that a correction replaced, in list order.
// The order is that of two integers; as text, version 1.10 would come before 1.9.
MATCH (l:ListVersion)
RETURN l.number AS number, l.issued AS issued, l.effective_from AS effective_from, l.recorded_from AS recorded_from,
       l.recorded_to AS recorded_to, l.major AS major, l.minor AS minor
ORDER BY major, minor, recorded_from
