// The image that a revision carries.
UNWIND $rows AS row
MATCH (r:Revision {id: row.id})
MERGE (i:Image {hash: row.hash})
CREATE (r)-[:CARRIES]->(i)
