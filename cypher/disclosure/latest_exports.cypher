// The order key of the latest export for each organisation, from what was known by an instant. Exports as of an instant
// that the question named are left out.
MATCH (t:Told)
WHERE t.target = '' AND t.kind = 'export' AND t.known_at <= $known AND NOT t.dated
RETURN t.organisation AS organisation, t.kind AS kind, t.base AS base, t.target AS target, max(t.turn) AS turn
