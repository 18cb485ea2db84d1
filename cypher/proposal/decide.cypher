// How a proposal was decided, by whom and why.
MATCH (p:Proposal {id: $id})
SET p.state = $state, p.decided = $decided, p.decided_by = $decided_by, p.decision = $decision,
    p.amendment = $amendment
