// Run at every start: the place where applied migrations are recorded.
CREATE NODE TABLE IF NOT EXISTS Migration(number INT64 PRIMARY KEY, name STRING, sha256 STRING);
