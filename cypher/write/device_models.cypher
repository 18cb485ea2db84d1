// Creates the device models and manufacturers that do not exist yet.
UNWIND $rows AS row
MERGE (m:DeviceModel {id: row.device_model})
MERGE (f:Manufacturer {code: row.manufacturer})
MERGE (m)-[:MADE_BY]->(f)
