// The bands of these rows.
UNWIND $rows AS row
MERGE (:Band {name: row.band})
