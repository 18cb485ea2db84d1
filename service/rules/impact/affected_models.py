"""Which neighbourhoods a change can touch, and at which instants answers in them may change."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from service.domain.clock import END
from service.domain.facts import Fact
from service.rules.facts.changeset import ChangeSet
from service.rules.facts.derive_edges import Facts
from service.rules.pathfinding.components import connected

K = TypeVar("K")
V = TypeVar("V")


def changed_entries(changes: ChangeSet) -> set[str]:
    """The entries of which a change says something."""
    listed = {r.entry for r in (*changes.revisions.closed, *changes.revisions.added)}
    declared = {d.entry for d in (*changes.declarations.closed, *changes.declarations.added)}
    accepted = [*changes.acceptances.closed, *changes.acceptances.added]
    return listed | declared | {a.target for a in accepted} | {a.base for a in accepted}


def affected_model_groups(before: Facts, after: Facts, entries: Iterable[str]) -> list[list[str]]:
    """The entries of the device models concerned and of those joined to them by acceptances, each group sorted.

    Of all device models that an entry ever has: at no instant does a step lead out of its group.
    """
    known = {*before.revisions, *after.revisions}
    groups = connected(_beside(before, after), sorted(entries))
    return [sorted(group & known) for group in groups if group & known]


def _beside(before: Facts, after: Facts) -> dict[str, set[str]]:
    """Entries beside their device models, and the two ends of each acceptance beside each other."""
    found: dict[str, set[str]] = defaultdict(set)
    for facts in (before, after):
        pairs = [(entry, row.device_model) for entry, rows in facts.revisions.items() for row in rows]
        for one, other in [*pairs, *facts.acceptances]:
            found[one] |= {one, other}
            found[other] |= {one, other}
    return found


def later_boundaries(before: Facts, after: Facts, entries: Iterable[str], now: datetime) -> list[datetime]:
    """The instants after now at which a fact of these entries begins or ends, before a change or after it."""
    within = set(entries)
    rows = [row for facts in (before, after) for row in _facts(facts, within)]
    return sorted({edge for row in rows for edge in (row.valid_from, row.valid_to) if now < edge < END})


def redeclared_entries(before: Facts, after: Facts, entries: Collection[str]) -> set[str]:
    """Those of the entries for which something else is declared or accepted after a change."""
    accepted = differing_keys(before.acceptances, after.acceptances, {*before.acceptances, *after.acceptances})
    inside = {target for _, target in accepted}.intersection(entries)
    return inside | differing_keys(before.declarations, after.declarations, entries)


def differing_keys(some: Mapping[K, V], other: Mapping[K, V], keys: Iterable[K]) -> set[K]:
    """The keys under which something else is found."""
    return {key for key in keys if some.get(key) != other.get(key)}


def _facts(facts: Facts, entries: set[str]) -> Iterator[Fact]:
    for entry in entries:
        yield from facts.revisions.get(entry, ())
        yield from facts.declarations.get(entry, ())
    for (_, target), rows in facts.acceptances.items():
        if target in entries:
            yield from rows
