// The head of the chain at a recorded instant: the hash of the last amendment recorded by then.
MATCH (a:Amendment)
WHERE a.recorded <= $recorded
RETURN a.hash AS hash
ORDER BY a.sequence DESC
LIMIT 1
