// The device models of these rows, and who makes them.
UNWIND $rows AS row
MERGE (m:DeviceModel {id: row.device_model})
MERGE (f:Manufacturer {code: row.manufacturer})
MERGE (m)-[:MADE_BY]->(f)
