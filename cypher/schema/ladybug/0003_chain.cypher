// The hash chain of amendments: each one's hash, and the head. Those recorded before the chain have no hash.
ALTER TABLE Amendment ADD IF NOT EXISTS hash STRING DEFAULT '';
ALTER TABLE Compartment ADD IF NOT EXISTS head STRING DEFAULT '0000000000000000000000000000000000000000000000000000000000000000';
