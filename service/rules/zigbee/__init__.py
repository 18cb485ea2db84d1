"""Rules on what is told in confidence of chipsets and stacks: who has it, who is known not to, and the way off it."""
