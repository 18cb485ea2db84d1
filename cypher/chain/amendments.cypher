// Every amendment in the order of the chain, with all properties that its hash covers.
MATCH (a:Amendment)
RETURN a.id AS id, a.sequence AS sequence, a.made_by AS made_by, a.reason AS reason, a.evidence AS evidence,
       a.evidence_date AS evidence_date, a.evidence_sha256 AS evidence_sha256, a.source AS source,
       a.impact AS impact, a.counts AS counts, a.reverts AS reverts, a.request AS request,
       a.recorded AS recorded, a.hash AS hash
ORDER BY sequence, id
