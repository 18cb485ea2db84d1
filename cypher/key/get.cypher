// The access key with a prefix. Prefixes are public.
MATCH (k:AccessKey {prefix: $prefix})
RETURN k.prefix AS prefix, k.hash AS hash, k.name AS name, k.organisation AS organisation, k.roles AS roles,
       k.manufacturers AS manufacturers, k.created AS created, k.expires AS expires, k.revoked AS revoked
