// Stores the decision on a proposal.
MATCH (p:Proposal {id: $id})
SET p.state = $state, p.decided = $decided, p.decided_by = $decided_by, p.decision = $decision,
    p.amendment = $amendment
