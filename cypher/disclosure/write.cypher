// Writes rows that the disclosure log does not have yet. MERGE would take Ladybug half as long again.
UNWIND $rows AS row
CREATE (:Told {id: row.id, turn: row.turn, organisation: row.organisation, kind: row.kind, base: row.base,
               target: row.target, through_removed: row.through_removed, dated: row.dated, at: row.at,
               known_at: row.known_at, list_version: row.list_version, outcome: row.outcome, entries: row.entries,
               verdict: row.verdict, receipt: row.receipt, sha256: row.sha256, answered: row.answered})
