// Keys by which callers are known. They belong to no compartment: making one moves no answer.
CREATE NODE TABLE IF NOT EXISTS AccessKey(prefix STRING PRIMARY KEY, hash STRING, name STRING, organisation STRING, roles STRING, manufacturers STRING, created TIMESTAMP, expires TIMESTAMP, revoked TIMESTAMP);
// What manufacturers propose. Nobody's answers move by it until it is accepted, so it belongs to no compartment either.
CREATE NODE TABLE IF NOT EXISTS Proposal(id STRING PRIMARY KEY, made_by STRING, organisation STRING, reason STRING, evidence STRING, evidence_date STRING, evidence_sha256 STRING, edits STRING, request STRING, proposed TIMESTAMP, state STRING, decided TIMESTAMP, decided_by STRING, decision STRING, amendment STRING, looks INT64);
