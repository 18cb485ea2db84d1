// Stores a proposal. The caller never uses an id twice.
CREATE (:Proposal {id: $id, made_by: $made_by, organisation: $organisation, reason: $reason, evidence: $evidence,
                   evidence_date: $evidence_date, evidence_sha256: $evidence_sha256, edits: $edits, request: $request,
                   proposed: $proposed, state: $state, decided: $decided, decided_by: $decided_by,
                   decision: $decision, amendment: $amendment, looks: 0})
