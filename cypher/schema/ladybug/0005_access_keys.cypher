// Keys by which callers are known. They belong to no compartment: making one moves no answer.
CREATE NODE TABLE IF NOT EXISTS AccessKey(prefix STRING PRIMARY KEY, hash STRING, name STRING, organisation STRING, roles STRING, manufacturers STRING, created TIMESTAMP, expires TIMESTAMP, revoked TIMESTAMP);
