// Creates the nodes of chipsets that do not exist yet. A chipset never changes.
UNWIND $rows AS row
MERGE (k:Chipset {id: row.node})
ON CREATE SET k.vendor = row.vendor, k.part = row.detail
