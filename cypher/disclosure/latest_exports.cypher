// Of each organisation the turn of its latest export by what was known up to an instant; not of one that named an
// instant of its own.
MATCH (t:Told)
WHERE t.target = '' AND t.kind = 'export' AND t.known_at <= $known AND NOT t.dated
RETURN t.organisation AS organisation, t.kind AS kind, t.base AS base, t.target AS target, max(t.turn) AS turn
