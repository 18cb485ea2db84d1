"""Computes the impact of proposed edits: every pathway answer (the route between two entries, or why there is none)
that would differ.
"""
