// Keys by which callers are known. They belong to no compartment: making one moves no answer.
CREATE CONSTRAINT access_key_prefix IF NOT EXISTS FOR (n:AccessKey) REQUIRE n.prefix IS UNIQUE;
