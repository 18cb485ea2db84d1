"""The impact of a change of facts: the answers before and after, compared at each instant concerned (design 5)."""
