// The hash chain of amendments: each one's hash, and the head. Those recorded before the chain have no hash.
MATCH (a:Amendment) WHERE a.hash IS NULL SET a.hash = '';
MATCH (c:Compartment) WHERE c.head IS NULL SET c.head = '0000000000000000000000000000000000000000000000000000000000000000';
