// Creates the nodes of stacks that do not exist yet. A stack never changes.
UNWIND $rows AS row
MERGE (k:Stack {id: row.node})
ON CREATE SET k.vendor = row.vendor, k.version = row.detail
