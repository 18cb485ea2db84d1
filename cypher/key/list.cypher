// Every key there ever was, in the order in which they were made; what proves them stays in the graph.
MATCH (k:AccessKey)
RETURN k.prefix AS prefix, k.name AS name, k.organisation AS organisation, k.roles AS roles,
       k.manufacturers AS manufacturers, k.created AS created, k.expires AS expires, k.revoked AS revoked
ORDER BY created, prefix
