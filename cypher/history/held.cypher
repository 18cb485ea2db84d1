// Every held base of an entry recorded by an instant.
MATCH (t:Entry {number: $entry})<-[h:HELD_BASE]-(b:Entry)
WHERE h.recorded_from <= $known_at
RETURN b.number AS base, h.code AS code, h.declaration AS declaration,
       h.valid_from AS valid_from, h.valid_to AS valid_to,
       h.recorded_from AS recorded_from, h.recorded_to AS recorded_to
ORDER BY recorded_from, valid_from, base
