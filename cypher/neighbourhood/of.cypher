// Everything that may bear on a question about these entries: all entries of their device models as the list in
// force has them, with their declarations; what was believed of them before; and the steps into them. One row a
// device model. `crossings` are entries of other device models that accepted steps lead to: fetch them next.
MATCH (e:Entry)<-[:OF_ENTRY]-(r:Revision)-[:`OF`]->(m:DeviceModel)
WHERE e.number IN $entries
  AND r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
WITH DISTINCT m
MATCH (m)<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(e:Entry)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
OPTIONAL MATCH (e)<-[:`FOR`]-(d:Declaration)
WHERE d.valid_from <= $at AND $at < d.valid_to AND d.recorded_from <= $known_at AND $known_at < d.recorded_to
WITH m, collect(e.number) AS numbers, collect(r.firmware_version) AS firmware_versions,
     collect(r.image_hash) AS image_hashes, collect(r.status) AS statuses, collect(r.manufacturer) AS manufacturers,
     collect(r.device_type) AS device_types, collect(r.image_descriptor) AS descriptors,
     collect(r.cpa_number) AS cpa_numbers, collect(r.cpa_date) AS cpa_dates, collect(r.recorded_from) AS recorded,
     collect(coalesce(d.id, '')) AS declarations, collect(coalesce(d.kind, 'not-supplied')) AS kinds,
     collect(coalesce(d.given, '')) AS given, collect(coalesce(d.declared, $beginning)) AS declared,
     collect(coalesce(d.recorded_from, $beginning)) AS declarations_recorded
OPTIONAL MATCH (m)<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(e:Entry)<-[:OF_ENTRY]-(p:Revision)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
  AND p.valid_from <= $at AND $at < p.valid_to AND p.recorded_to <= $known_at
WITH m, numbers, firmware_versions, image_hashes, statuses, manufacturers, device_types, descriptors, cpa_numbers,
     cpa_dates, recorded, declarations, kinds, given, declared, declarations_recorded,
     collect(e.number) AS past_entries, collect(p.device_model) AS past_models,
     collect(p.firmware_version) AS past_versions, collect(p.image_hash) AS past_hashes,
     collect(p.recorded_from) AS past_from, collect(p.recorded_to) AS past_to
OPTIONAL MATCH (m)<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(:Entry)-[s:UPGRADES_TO]->(t:Entry)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
  AND s.identity_change
  AND s.valid_from <= $at AND $at < s.valid_to AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
WITH m, numbers, firmware_versions, image_hashes, statuses, manufacturers, device_types, descriptors, cpa_numbers,
     cpa_dates, recorded, declarations, kinds, given, declared, declarations_recorded,
     past_entries, past_models, past_versions, past_hashes, past_from, past_to,
     collect(DISTINCT t.number) AS crossings
OPTIONAL MATCH (m)<-[:`OF`]-(r:Revision)-[:OF_ENTRY]->(t:Entry)<-[s:UPGRADES_TO]-(b:Entry)
WHERE r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
  AND s.valid_from <= $at AND $at < s.valid_to AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
RETURN m.id AS device_model, numbers, firmware_versions, image_hashes, statuses, manufacturers, device_types,
       descriptors, cpa_numbers, cpa_dates, recorded, declarations, kinds, given, declared, declarations_recorded,
       past_entries, past_models, past_versions, past_hashes, past_from, past_to, crossings,
       collect(b.number) AS step_bases, collect(t.number) AS step_targets,
       collect(s.declaration) AS step_declarations, collect(s.acceptance) AS step_acceptances,
       collect(s.by_twin) AS step_by_twins
