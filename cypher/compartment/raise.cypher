// The first statement of every write: raising the revision takes the lock, so that writers judge one after another.
MATCH (c:Compartment {name: $name})
SET c.revision = c.revision + 1
RETURN c.revision AS revision, c.sequence AS sequence, c.recorded AS recorded, c.head AS head
