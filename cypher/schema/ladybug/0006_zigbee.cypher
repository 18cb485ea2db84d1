// The zigbee compartment: chipsets, stacks, the declared order of a stack's versions, its own amendments, and the audit
// of whoever read or wrote any of it. Bands are public: they are of the other compartment.
CREATE NODE TABLE IF NOT EXISTS Chipset(id STRING PRIMARY KEY, vendor STRING, part STRING);
CREATE NODE TABLE IF NOT EXISTS Stack(id STRING PRIMARY KEY, vendor STRING, version STRING);
CREATE NODE TABLE IF NOT EXISTS StackOrder(id STRING PRIMARY KEY, vendor STRING, given_vendor STRING, versions STRING, given_versions STRING, amendment STRING, valid_from TIMESTAMP, valid_to TIMESTAMP, recorded_from TIMESTAMP, recorded_to TIMESTAMP);
CREATE NODE TABLE IF NOT EXISTS ZigbeeAmendment(id STRING PRIMARY KEY, sequence INT64, made_by STRING, reason STRING, evidence STRING, source STRING, recorded TIMESTAMP, hash STRING);
CREATE NODE TABLE IF NOT EXISTS AuditRecord(number INT64 PRIMARY KEY, recorded TIMESTAMP, who STRING, role STRING, organisation STRING, act STRING, asked STRING, entries INT64, hash STRING);
CREATE NODE TABLE IF NOT EXISTS Band(name STRING PRIMARY KEY);
CREATE REL TABLE IF NOT EXISTS HAS_CHIPSET(FROM Entry TO Chipset, id STRING, given_vendor STRING, given_part STRING, amendment STRING, valid_from TIMESTAMP, valid_to TIMESTAMP, recorded_from TIMESTAMP, recorded_to TIMESTAMP);
CREATE REL TABLE IF NOT EXISTS RUNS_STACK(FROM Entry TO Stack, id STRING, given_vendor STRING, given_version STRING, amendment STRING, valid_from TIMESTAMP, valid_to TIMESTAMP, recorded_from TIMESTAMP, recorded_to TIMESTAMP);
CREATE REL TABLE IF NOT EXISTS USES_BAND(FROM Entry TO Band, id STRING, amendment STRING, valid_from TIMESTAMP, valid_to TIMESTAMP, recorded_from TIMESTAMP, recorded_to TIMESTAMP);
MERGE (c:Compartment {name: 'zigbee'})
ON CREATE SET c.revision = 0, c.sequence = 0, c.recorded = timestamp('0001-01-01 00:00:00'), c.head = '0000000000000000000000000000000000000000000000000000000000000000';
MERGE (c:Compartment {name: 'audit'})
ON CREATE SET c.revision = 0, c.sequence = 0, c.recorded = timestamp('0001-01-01 00:00:00'), c.head = '0000000000000000000000000000000000000000000000000000000000000000';
