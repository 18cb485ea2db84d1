// Which amendments reverted these.
UNWIND $ids AS id
MATCH (a:Amendment {reverts: id})
WHERE a.recorded <= $known_at
RETURN a.reverts AS id, a.id AS reverted_by
