// The held bases of these entries. The counterpart of a held base is the lowest entry of the target's device model with
// the base's image, or blank.
// All predicates stand after a WITH that follows all MATCHes: elsewhere, Ladybug scans all nodes of the kind.
// The range of numbers comes before the list of them: Ladybug compares each entry in the range with each in the list.
MATCH (b:Entry)-[h:HELD_BASE]->(t:Entry)
WHERE $lowest <= t.number AND t.number <= $highest AND t.number IN $entries
MATCH (b)<-[:OF_ENTRY]-(q:Revision)
MATCH (t)<-[:OF_ENTRY]-(r:Revision)-[:`OF`]->(m:DeviceModel)
MATCH (m)<-[:`OF`]-(s:Revision)-[:OF_ENTRY]->(c:Entry)
WITH b, h, t, q, r, s, c
WHERE h.valid_from <= $at AND $at < h.valid_to AND h.recorded_from <= $known_at AND $known_at < h.recorded_to
  AND q.valid_from <= $at AND $at < q.valid_to AND q.recorded_from <= $known_at AND $known_at < q.recorded_to
  AND r.valid_from <= $at AND $at < r.valid_to AND r.recorded_from <= $known_at AND $known_at < r.recorded_to
RETURN b.number AS base, t.number AS target, h.code AS code,
       coalesce(min(CASE WHEN q.image_hash <> '' AND s.image_hash = q.image_hash
                          AND c.number <> t.number AND c.number <> b.number
                          AND s.valid_from <= $at AND $at < s.valid_to
                          AND s.recorded_from <= $known_at AND $known_at < s.recorded_to
                         THEN c.number END), '') AS counterpart
ORDER BY target, base
