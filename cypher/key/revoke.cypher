// A key is good no longer from an instant on. It may be brought forward, never put off.
MATCH (k:AccessKey {prefix: $prefix})
WHERE k.revoked > $revoked
SET k.revoked = $revoked
