// What an amendment says of itself beside its reason: the evidence in full, the impact it quoted, what it reverts,
// and the digest of the request that made it, by which a retry is told from another request under the same id.
ALTER TABLE Amendment ADD IF NOT EXISTS evidence_date STRING DEFAULT '';
ALTER TABLE Amendment ADD IF NOT EXISTS evidence_sha256 STRING DEFAULT '';
ALTER TABLE Amendment ADD IF NOT EXISTS impact STRING DEFAULT '';
ALTER TABLE Amendment ADD IF NOT EXISTS counts STRING DEFAULT '';
ALTER TABLE Amendment ADD IF NOT EXISTS reverts STRING DEFAULT '';
ALTER TABLE Amendment ADD IF NOT EXISTS request STRING DEFAULT '';
