"""The version of the rules, which every receipt (signed pathway answer) carries."""

RULES_VERSION = 1
"""A developer raises this number if a rule's answer changes: another outcome, path, order or set of reasons for the
same facts, question and instants. Changed texts or warnings, and a faster computation, leave the number as it is."""
