// Every entry that an accepted step or a held base ever connected to one of these entries, also where the step or the
// held base is believed no longer.
MATCH (t:Entry)<-[s:UPGRADES_TO]-(b:Entry)
WHERE t.number IN $entries AND s.acceptance <> ''
RETURN DISTINCT b.number AS entry
UNION
MATCH (b:Entry)-[s:UPGRADES_TO]->(t:Entry)
WHERE b.number IN $entries AND s.acceptance <> ''
RETURN DISTINCT t.number AS entry
UNION
MATCH (t:Entry)<-[h:HELD_BASE]-(b:Entry)
WHERE t.number IN $entries
RETURN DISTINCT b.number AS entry
UNION
MATCH (b:Entry)-[h:HELD_BASE]->(t:Entry)
WHERE b.number IN $entries
RETURN DISTINCT t.number AS entry
