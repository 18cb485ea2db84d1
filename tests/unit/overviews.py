"""Short helpers for the overview of a world, from which the findings follow."""

from service.domain.listings import ListVersion
from service.rules.findings.overview import Overview
from tests.worlds import NOW, near

GAS = frozenset({"gas smart meter"})


def seen(given, at=NOW, lists=(), obliged_device_types=GAS, many_routes=1):
    """The overview that the repository would fetch of a world."""
    firsts = {entry: min(row.valid_from for row in rows) for entry, rows in given.facts.revisions.items()}
    return Overview(near(given, at), lists, firsts, obliged_device_types, many_routes)


def listed(number, issued, effective=NOW):
    """A list version."""
    return ListVersion(number=number, issued=issued, effective_from=effective, sha256="", entries=0, recorded=NOW)
