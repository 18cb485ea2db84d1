// Every proposal, the newest first.
MATCH (p:Proposal)
RETURN p.id AS id, p.made_by AS made_by, p.organisation AS organisation, p.reason AS reason,
       p.evidence AS evidence, p.evidence_date AS evidence_date, p.evidence_sha256 AS evidence_sha256,
       p.edits AS edits, p.request AS request, p.proposed AS proposed, p.state AS state, p.decided AS decided,
       p.decided_by AS decided_by, p.decision AS decision, p.amendment AS amendment
ORDER BY proposed DESC, id
