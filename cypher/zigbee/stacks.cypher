// The stacks of these rows; a stack has nothing that changes.
UNWIND $rows AS row
MERGE (k:Stack {id: row.node})
ON CREATE SET k.vendor = row.vendor, k.version = row.detail
