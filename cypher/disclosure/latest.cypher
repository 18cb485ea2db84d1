// Of each organisation, kind and pair with one of these targets the turn of its latest answer by what was known up to
// an instant. Answers to questions that named an instant of their own, or went through removed entries, are none of
// these.
MATCH (t:Told)
WHERE t.target IN $targets AND t.known_at <= $known AND t.base <> '' AND NOT t.dated AND NOT t.through_removed
RETURN t.organisation AS organisation, t.kind AS kind, t.base AS base, t.target AS target, max(t.turn) AS turn
