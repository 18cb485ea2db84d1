// Revokes an access key from an instant on. The instant may be brought forward, never put off.
MATCH (k:AccessKey {prefix: $prefix})
WHERE k.revoked > $revoked
SET k.revoked = $revoked
