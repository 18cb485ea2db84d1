"""Rules on restricted ZigBee data: the entries with a sought chipset or stack, and their migration paths off it."""
