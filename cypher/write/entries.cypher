// The entries of these rows; an entry has nothing that changes.
UNWIND $rows AS row
MERGE (:Entry {number: row.entry})
