// Every entry that was ever joined to one of these, whatever is believed of that now: by a step accepted by name, or
// by a base that awaits acceptance.
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
