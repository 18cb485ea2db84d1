// Writes one amendment of restricted ZigBee data with its hash in the chain of this compartment.
CREATE (:ZigbeeAmendment {id: $id, sequence: $sequence, made_by: $made_by, reason: $reason, evidence: $evidence,
                          source: $source, recorded: $recorded, hash: $hash})
