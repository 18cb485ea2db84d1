// One recorded change of declarations.
CREATE (:Amendment {id: $id, sequence: $sequence, made_by: $made_by, reason: $reason, evidence: $evidence,
                    source: $source, recorded: $recorded})
