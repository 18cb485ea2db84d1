// The compartment that everybody's answers rest on: its revision, last recorded instant and amendment sequence.
MERGE (c:Compartment {name: 'public'})
ON CREATE SET c.revision = 0, c.sequence = 0, c.recorded = datetime('0001-01-01T00:00:00Z');
