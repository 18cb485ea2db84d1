// The names of the companies behind manufacturer codes. Several codes may have one name.
CREATE NODE TABLE IF NOT EXISTS ManufacturerName(id STRING PRIMARY KEY, code STRING, name STRING, list_version STRING, amendment STRING, valid_from TIMESTAMP, valid_to TIMESTAMP, recorded_from TIMESTAMP, recorded_to TIMESTAMP);
