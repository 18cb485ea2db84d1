// Connects revisions to the certificates that they name.
UNWIND $rows AS row
MATCH (r:Revision {id: row.id})
MERGE (c:Certificate {number: row.number})
CREATE (r)-[:CERTIFIED_BY]->(c)
