// The confirmation that a declared base is right for what both ends are: base → target, a fact beside the declaration.
CREATE INDEX confirmed_amendment IF NOT EXISTS FOR ()-[r:CONFIRMED]-() ON (r.amendment);
