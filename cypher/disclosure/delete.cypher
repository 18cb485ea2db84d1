// Deletes rows of the disclosure log whose retention period has ended.
UNWIND $ids AS id
MATCH (t:Told {id: id})
DELETE t
