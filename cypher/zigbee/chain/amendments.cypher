// Every amendment of this compartment in the order of its chain, with all properties that its hash covers.
MATCH (a:ZigbeeAmendment)
RETURN a.id AS id, a.sequence AS sequence, a.made_by AS made_by, a.reason AS reason, a.evidence AS evidence,
       a.source AS source, a.recorded AS recorded, a.hash AS hash
ORDER BY sequence, id
