"""The version of the rules, which every receipt carries."""

RULES_VERSION = 1
"""Raised by one whenever a rule's answer changes: another outcome, way, order or set of reasons for the same facts, the
same question and the same two instants. Not raised for a text, a warning or a place that is only asked faster."""
