// Keys by which callers are known. They belong to no compartment: making one moves no answer.
CREATE CONSTRAINT access_key_prefix IF NOT EXISTS FOR (n:AccessKey) REQUIRE n.prefix IS UNIQUE;
// What manufacturers propose. Nobody's answers move by it until it is accepted, so it belongs to no compartment either.
CREATE CONSTRAINT proposal_id IF NOT EXISTS FOR (n:Proposal) REQUIRE n.id IS UNIQUE;
