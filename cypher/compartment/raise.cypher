// The first statement of every write transaction. It raises the revision, which locks the compartment: the next writer
// waits, and then reads what this one wrote.
MATCH (c:Compartment {name: $name})
SET c.revision = c.revision + 1
RETURN c.revision AS revision, c.sequence AS sequence, c.recorded AS recorded, c.head AS head,
       c.clock_accepted AS clock_accepted
