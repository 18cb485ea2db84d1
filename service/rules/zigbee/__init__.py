"""Rules on restricted ZigBee data: which entries use a given chipset or stack, and how devices can move off them."""
