// The amendments of one transaction: all have its recorded instant.
MATCH (a:Amendment)
WHERE a.recorded = $recorded
RETURN a.id AS id, a.sequence AS sequence
ORDER BY sequence
