// The recorded instants of these acceptances.
MATCH (c:Acceptance)
WHERE c.id IN $ids
RETURN c.id AS id, c.recorded_from AS recorded
