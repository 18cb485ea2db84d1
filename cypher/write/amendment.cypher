// One recorded change of declarations, with its link of the chain.
CREATE (:Amendment {id: $id, sequence: $sequence, made_by: $made_by, reason: $reason, evidence: $evidence,
                    source: $source, recorded: $recorded, hash: $hash})
