// Writes one amendment with its hash in the chain.
CREATE (:Amendment {id: $id, sequence: $sequence, made_by: $made_by, reason: $reason, evidence: $evidence,
                    evidence_date: $evidence_date, evidence_sha256: $evidence_sha256, source: $source,
                    impact: $impact, counts: $counts, reverts: $reverts, request: $request,
                    recorded: $recorded, hash: $hash})
