// Lets rows go for good.
UNWIND $ids AS id
MATCH (t:Told {id: id})
DELETE t
