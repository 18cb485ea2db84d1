// The amendments that reverted one of these, as known at an instant.
UNWIND $ids AS id
MATCH (a:Amendment {reverts: id})
WHERE a.recorded <= $known_at
RETURN a.reverts AS id, a.id AS reverted_by
