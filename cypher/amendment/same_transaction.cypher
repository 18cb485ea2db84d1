// The amendments of one transaction.
MATCH (a:Amendment)
WHERE a.recorded = $recorded
RETURN a.id AS id, a.sequence AS sequence
ORDER BY sequence
