// Writes revisions that are believed from this transaction on.
UNWIND $rows AS row
MATCH (e:Entry {number: row.entry})
MATCH (m:DeviceModel {id: row.device_model})
CREATE (r:Revision {id: row.id, list_version: row.list_version, device_model: row.device_model, search: row.search,
                  status: row.status,
                  device_type: row.device_type,
                  manufacturer: row.manufacturer,
                  model: row.model,
                  hardware_version: row.hardware_version,
                  hardware_revision: row.hardware_revision,
                  firmware_version: row.firmware_version,
                  smets_chts_version: row.smets_chts_version,
                  gbcs_version: row.gbcs_version,
                  cpa_number: row.cpa_number,
                  cpa_characteristics: row.cpa_characteristics,
                  cpa_date: row.cpa_date,
                  dlms_number: row.dlms_number,
                  dlms_version: row.dlms_version,
                  zse_number: row.zse_number,
                  zse_version: row.zse_version,
                  image_creator: row.image_creator,
                  image_hash: row.image_hash,
                  image_descriptor: row.image_descriptor,
                  valid_from: row.valid_from, valid_to: row.valid_to,
                  recorded_from: $recorded, recorded_to: $open})
CREATE (r)-[:OF_ENTRY]->(e)
CREATE (r)-[:`OF`]->(m)
