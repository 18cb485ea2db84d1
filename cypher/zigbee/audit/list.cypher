// A page of the audit, in the order of recording.
MATCH (r:AuditRecord)
WHERE r.number > $after AND r.number <= $last
RETURN r.number AS number, r.recorded AS recorded, r.who AS who, r.role AS role, r.organisation AS organisation,
       r.act AS act, r.asked AS asked, r.entries AS entries, r.hash AS hash
ORDER BY number
LIMIT $most
