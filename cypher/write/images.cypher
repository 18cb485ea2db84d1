// Connects revisions to the images that they carry.
UNWIND $rows AS row
MATCH (r:Revision {id: row.id})
MERGE (i:Image {hash: row.hash})
CREATE (r)-[:CARRIES]->(i)
