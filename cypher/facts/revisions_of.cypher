// The revisions believed of these entries, with a column for each attribute. Revisions with the same instants share a row.
// A row for each revision takes Neo4j's driver several times as long, and grouping by more than the instants costs the
// server more than the driver saves.
// The predicate stands after a WITH: before it, Ladybug scans all nodes of the kind and joins them.
MATCH (e:Entry)<-[:OF_ENTRY]-(r:Revision)
WHERE e.number IN $entries
WITH e, r
WHERE r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN collect(r.id) AS id, collect(e.number) AS entry,
       collect(r.firmware_version) AS firmware_version,
       collect(r.cpa_number) AS cpa_number,
       collect(r.cpa_date) AS cpa_date,
       collect(r.dlms_number) AS dlms_number,
       collect(r.zse_number) AS zse_number,
       collect(r.image_hash) AS image_hash,
       collect(r.image_descriptor) AS image_descriptor,
       collect(r.list_version) AS list_version,
       collect(r.status) AS status,
       collect(r.device_type) AS device_type,
       collect(r.manufacturer) AS manufacturer,
       collect(r.model) AS model,
       collect(r.hardware_version) AS hardware_version,
       collect(r.hardware_revision) AS hardware_revision,
       collect(r.smets_chts_version) AS smets_chts_version,
       collect(r.gbcs_version) AS gbcs_version,
       collect(r.cpa_characteristics) AS cpa_characteristics,
       collect(r.dlms_version) AS dlms_version,
       collect(r.zse_version) AS zse_version,
       collect(r.image_creator) AS image_creator,
       r.valid_from AS valid_from, r.valid_to AS valid_to, r.recorded_from AS recorded_from
