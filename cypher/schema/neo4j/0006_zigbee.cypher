// The zigbee compartment: chipsets, stacks, the declared order of a stack's versions, its own amendments, and the audit
// of whoever read or wrote any of it. Bands are public: they are of the other compartment.
CREATE CONSTRAINT chipset_id IF NOT EXISTS FOR (n:Chipset) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT stack_id IF NOT EXISTS FOR (n:Stack) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT stack_order_id IF NOT EXISTS FOR (n:StackOrder) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT zigbee_amendment_id IF NOT EXISTS FOR (n:ZigbeeAmendment) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT audit_record_number IF NOT EXISTS FOR (n:AuditRecord) REQUIRE n.number IS UNIQUE;
CREATE CONSTRAINT band_name IF NOT EXISTS FOR (n:Band) REQUIRE n.name IS UNIQUE;
MERGE (c:Compartment {name: 'zigbee'})
ON CREATE SET c.revision = 0, c.sequence = 0, c.recorded = datetime('0001-01-01T00:00:00Z'), c.head = '0000000000000000000000000000000000000000000000000000000000000000';
MERGE (c:Compartment {name: 'audit'})
ON CREATE SET c.revision = 0, c.sequence = 0, c.recorded = datetime('0001-01-01T00:00:00Z'), c.head = '0000000000000000000000000000000000000000000000000000000000000000';
