// Creates the entries that do not exist yet. An entry has no property but its number.
UNWIND $rows AS row
MERGE (:Entry {number: row.entry})
