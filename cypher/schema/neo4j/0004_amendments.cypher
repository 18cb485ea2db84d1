// What an amendment says of itself beside its reason: the evidence in full, the impact it quoted, what it reverts,
// and the digest of the request that made it, by which a retry is told from another request under the same id.
MATCH (a:Amendment) WHERE a.request IS NULL SET a.evidence_date = '', a.evidence_sha256 = '', a.impact = '', a.counts = '', a.reverts = '', a.request = '';
