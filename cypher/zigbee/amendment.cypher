// One recorded change of what is told of chipsets and stacks, with its link of this compartment's own chain.
CREATE (:ZigbeeAmendment {id: $id, sequence: $sequence, made_by: $made_by, reason: $reason, evidence: $evidence,
                          source: $source, recorded: $recorded, hash: $hash})
