// A page of the amendments known at an instant, the newest first: those with a sequence number below `before`.
MATCH (a:Amendment)
WHERE a.recorded <= $known_at AND a.sequence < $before
RETURN a.id AS id, a.sequence AS sequence, a.made_by AS made_by, a.reason AS reason, a.evidence AS evidence,
       a.evidence_date AS evidence_date, a.evidence_sha256 AS evidence_sha256, a.source AS source,
       a.impact AS impact, a.counts AS counts, a.reverts AS reverts, a.request AS request,
       a.recorded AS recorded, a.hash AS hash
ORDER BY sequence DESC
LIMIT $most
