// The certificates that a revision names.
UNWIND $rows AS row
MATCH (r:Revision {id: row.id})
MERGE (c:Certificate {number: row.number})
CREATE (r)-[:CERTIFIED_BY]->(c)
