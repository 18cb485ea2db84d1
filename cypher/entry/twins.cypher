// The twins in force of these entries: other entries with the same image on the same device model.
MATCH (e:Entry)<-[:OF_ENTRY]-(r:Revision)-[:`OF`]->(:DeviceModel)<-[:`OF`]-(s:Revision)-[:OF_ENTRY]->(t:Entry)
WHERE e.number IN $entries AND t.number <> e.number
  AND s.firmware_version = r.firmware_version AND s.image_hash = r.image_hash
  AND r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
  AND s.valid_from <= $at AND $at < s.valid_to AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN e.number AS entry, t.number AS twin
ORDER BY entry, twin
