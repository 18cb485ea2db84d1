// Creates the nodes of the bands that do not exist yet.
UNWIND $rows AS row
MERGE (:Band {name: row.band})
