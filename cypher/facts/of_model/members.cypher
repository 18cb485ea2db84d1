// The entries that ever had a device model, and all device models that these entries ever had.
MATCH (m:DeviceModel {id: $id})<-[:`OF`]-(:Revision)-[:OF_ENTRY]->(e:Entry)
MATCH (e)<-[:OF_ENTRY]-(q:Revision)
RETURN collect(DISTINCT e.number) AS entries, collect(DISTINCT q.device_model) AS device_models
