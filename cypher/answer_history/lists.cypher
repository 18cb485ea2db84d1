// Every list version as it was ever recorded, in list order: two integers, never text or date.
MATCH (l:ListVersion)
RETURN l.number AS number, l.issued AS issued, l.effective_from AS effective_from, l.recorded_from AS recorded_from,
       l.recorded_to AS recorded_to, l.major AS major, l.minor AS minor
ORDER BY major, minor, recorded_from
