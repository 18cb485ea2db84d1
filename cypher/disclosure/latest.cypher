// The order key of the latest answer, from what was known by an instant, for each organisation, kind and pair with one
// of these targets. Answers to questions that named an instant or went through removed entries are left out: a change
// of the present facts does not make them outdated.
MATCH (t:Told)
WHERE t.target IN $targets AND t.known_at <= $known AND t.base <> '' AND NOT t.dated AND NOT t.through_removed
RETURN t.organisation AS organisation, t.kind AS kind, t.base AS base, t.target AS target, max(t.turn) AS turn
