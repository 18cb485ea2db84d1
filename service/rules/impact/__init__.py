"""The impact of a change of facts: two pictures of each instant concerned, and all that differs (design 5)."""
