// Every key is unique, and so has an index; dated rows are found by when they were believed.
CREATE CONSTRAINT compartment_name IF NOT EXISTS FOR (n:Compartment) REQUIRE n.name IS UNIQUE;
CREATE CONSTRAINT entry_number IF NOT EXISTS FOR (n:Entry) REQUIRE n.number IS UNIQUE;
CREATE CONSTRAINT revision_id IF NOT EXISTS FOR (n:Revision) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT device_model_id IF NOT EXISTS FOR (n:DeviceModel) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT manufacturer_code IF NOT EXISTS FOR (n:Manufacturer) REQUIRE n.code IS UNIQUE;
CREATE CONSTRAINT image_hash IF NOT EXISTS FOR (n:Image) REQUIRE n.hash IS UNIQUE;
CREATE CONSTRAINT certificate_number IF NOT EXISTS FOR (n:Certificate) REQUIRE n.number IS UNIQUE;
CREATE CONSTRAINT declaration_id IF NOT EXISTS FOR (n:Declaration) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT acceptance_id IF NOT EXISTS FOR (n:Acceptance) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT amendment_id IF NOT EXISTS FOR (n:Amendment) REQUIRE n.id IS UNIQUE;
CREATE CONSTRAINT list_version_id IF NOT EXISTS FOR (n:ListVersion) REQUIRE n.id IS UNIQUE;
CREATE INDEX revision_recorded_to IF NOT EXISTS FOR (n:Revision) ON (n.recorded_to);
CREATE INDEX revision_recorded_from IF NOT EXISTS FOR (n:Revision) ON (n.recorded_from);
CREATE INDEX declaration_recorded_to IF NOT EXISTS FOR (n:Declaration) ON (n.recorded_to);
CREATE INDEX acceptance_recorded_to IF NOT EXISTS FOR (n:Acceptance) ON (n.recorded_to);
CREATE INDEX list_version_number IF NOT EXISTS FOR (n:ListVersion) ON (n.number);
CREATE INDEX amendment_sequence IF NOT EXISTS FOR (n:Amendment) ON (n.sequence);
