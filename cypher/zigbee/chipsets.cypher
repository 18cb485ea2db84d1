// The chipsets of these rows; a chipset has nothing that changes.
UNWIND $rows AS row
MERGE (k:Chipset {id: row.node})
ON CREATE SET k.vendor = row.vendor, k.part = row.detail
