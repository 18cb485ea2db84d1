// Writes one record of the audit with its hash in the audit's chain. No statement changes or deletes a record.
CREATE (:AuditRecord {number: $number, recorded: $recorded, who: $who, role: $role, organisation: $organisation,
                      act: $act, asked: $asked, entries: $entries, hash: $hash})
