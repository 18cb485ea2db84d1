// One proposal, locked by the SET until the transaction ends: of two concurrent decisions, the second reads the first.
MATCH (p:Proposal {id: $id})
SET p.looks = p.looks + 1
RETURN p.id AS id, p.made_by AS made_by, p.organisation AS organisation, p.reason AS reason,
       p.evidence AS evidence, p.evidence_date AS evidence_date, p.evidence_sha256 AS evidence_sha256,
       p.edits AS edits, p.request AS request, p.proposed AS proposed, p.state AS state, p.decided AS decided,
       p.decided_by AS decided_by, p.decision AS decision, p.amendment AS amendment
