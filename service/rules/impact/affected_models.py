"""Finds the groups of device models that a change can affect, and the instants at which pathway answers (routes, or why
there is none) in them may change.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from service.domain.clock import END
from service.domain.facts import Fact
from service.rules.facts.changeset import ChangeSet
from service.rules.facts.grouped_facts import Facts
from service.rules.pathfinding.connected_components import connected_components

K = TypeVar("K")
V = TypeVar("V")


def changed_entries(changes: ChangeSet) -> set[str]:
    """Returns the entries that a change edits or confirms, and base and target of every acceptance that it adds or
    closes.
    """
    listed = {r.entry for r in (*changes.revisions.closed, *changes.revisions.added)}
    declared = {d.entry for d in (*changes.declarations.closed, *changes.declarations.added)}
    accepted = [*changes.acceptances.closed, *changes.acceptances.added]
    confirmed = {c.target for c in (*changes.confirmations.closed, *changes.confirmations.added)}
    return listed | declared | confirmed | {a.target for a in accepted} | {a.base for a in accepted}


def affected_model_groups(before: Facts, after: Facts, entries: Iterable[str]) -> list[list[str]]:
    """Returns groups of entry numbers: all entries of the device models of the entries given, and of the device models
    joined to them.

    The acceptance of a base on another device model joins the two device models. An entry belongs to the group of every
    device model that it ever has, so no step leads out of a group at any instant. Each group is sorted.
    """
    known = {*before.revisions, *after.revisions}
    groups = connected_components(_adjacency(before, after), sorted(entries))
    return [sorted(group & known) for group in groups if group & known]


def _adjacency(before: Facts, after: Facts) -> dict[str, set[str]]:
    """Returns an undirected graph: it joins each entry to its device models, and the two entries of each acceptance."""
    adjacency: dict[str, set[str]] = defaultdict(set)
    for facts in (before, after):
        pairs = [(entry, row.device_model) for entry, rows in facts.revisions.items() for row in rows]
        for node, neighbour in [*pairs, *facts.acceptances]:
            adjacency[node] |= {node, neighbour}
            adjacency[neighbour] |= {node, neighbour}
    return adjacency


def later_boundaries(before: Facts, after: Facts, entries: Iterable[str], now: datetime) -> list[datetime]:
    """Returns the sorted instants after `now` at which a fact about the entries given begins or ends."""
    wanted = set(entries)
    rows = [row for facts in (before, after) for row in _facts(facts, wanted)]
    return sorted({boundary for row in rows for boundary in (row.valid_from, row.valid_to) if now < boundary < END})


def redeclared_entries(before: Facts, after: Facts, entries: Collection[str]) -> set[str]:
    """Returns those of the entries given whose declarations or accepted bases differ between the facts `before` and
    `after` a change.
    """
    accepted = differing_keys(before.acceptances, after.acceptances, {*before.acceptances, *after.acceptances})
    targets = {target for _, target in accepted}.intersection(entries)
    return targets | differing_keys(before.declarations, after.declarations, entries)


def differing_keys(some: Mapping[K, V], other: Mapping[K, V], keys: Iterable[K]) -> set[K]:
    """Returns those of the keys given under which two mappings have different values."""
    return {key for key in keys if some.get(key) != other.get(key)}


def _facts(facts: Facts, entries: set[str]) -> Iterator[Fact]:
    """Yields the revisions and declarations of the given entries, and the acceptances whose target is one of them."""
    for entry in entries:
        yield from facts.revisions.get(entry, ())
        yield from facts.declarations.get(entry, ())
    for (_, target), rows in facts.acceptances.items():
        if target in entries:
            yield from rows
