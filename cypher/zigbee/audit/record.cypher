// One reading or writing of restricted data, with its link of the audit's chain. Nothing ever changes or deletes one.
CREATE (:AuditRecord {number: $number, recorded: $recorded, who: $who, role: $role, organisation: $organisation,
                      act: $act, asked: $asked, entries: $entries, hash: $hash})
