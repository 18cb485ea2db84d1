// Every access key, in the order of creation. Hashes stay in the graph.
MATCH (k:AccessKey)
RETURN k.prefix AS prefix, k.name AS name, k.organisation AS organisation, k.roles AS roles,
       k.manufacturers AS manufacturers, k.created AS created, k.expires AS expires, k.revoked AS revoked
ORDER BY created, prefix
