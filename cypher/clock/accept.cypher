// Lets a compartment be written with a clock behind its last recorded instant. The first statement of its transaction:
// it locks the compartment.
MATCH (c:Compartment {name: $name})
SET c.clock_accepted = c.recorded
RETURN c.revision AS revision, c.sequence AS sequence, c.recorded AS recorded, c.head AS head,
       c.clock_accepted AS clock_accepted
