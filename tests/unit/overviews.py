"""Short helpers for the overview of a world, from which the findings follow."""

from itertools import pairwise

from service.domain.listings import ListVersion
from service.rules.findings.overview import Overview
from tests.worlds import NOW, declaration, near, revision, world

GAS = frozenset({"gas smart meter"})


def seen(given, at=NOW, lists=(), obliged_device_types=GAS, many_routes=1):
    """The overview that the repository would fetch of a world."""
    firsts = {entry: min(row.valid_from for row in rows) for entry, rows in given.facts.revisions.items()}
    return Overview(near(given, at), lists, firsts, obliged_device_types, many_routes)


def listed(number, issued, effective=NOW):
    """A list version."""
    return ListVersion(number=number, issued=issued, effective_from=effective, sha256="", entries=0, recorded=NOW)


def of(rule, *facts, **more):
    """The findings of one rule on a world of these facts."""
    return list(rule(seen(world(*facts, beliefs=more.pop("beliefs", None)), **more)))


def entries(found_):
    """The entries of each finding."""
    return [finding.entries for finding in found_]


def chain(*numbers):
    """Entries of which each is the only base of the next; the first is N/A."""
    said = [declaration(target, base) for base, target in pairwise(numbers)]
    return [*map(revision, numbers), declaration(numbers[0]), *said]
