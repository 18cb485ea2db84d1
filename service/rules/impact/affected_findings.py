"""Selects the entries whose findings (reported faults in the list) a change can affect, and the facts that they need.

A finding about paths, listing dates or firmware versions depends on the device models of its entries, and on the device
models that accepted bases join to them. Two kinds of findings depend on more. A finding about the bases in a
declaration depends on the list attributes of these bases. A finding about one firmware image depends on all entries
that carry this image, on any device model. Every other finding is the same before and after the change, even if it is
computed from only a part of the facts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from service.domain.facts import Fact
from service.rules.facts.changeset import ChangeSet
from service.rules.facts.grouped_facts import Facts
from service.rules.impact.affected_models import affected_model_groups, changed_entries


@dataclass(frozen=True)
class AffectedEntries:
    """The entries that a change can affect: those whose findings (reported faults) may differ, and those whose steps
    may differ (`targets`).

    `targets` are the entries that the change edits, and those that declare a base on the device model of an edited
    entry.
    """

    entries: frozenset[str]
    targets: frozenset[str]


def affected_entries(before: Facts, after: Facts, changes: ChangeSet) -> AffectedEntries:
    """Returns the entries whose findings (reported faults) may differ between the facts `before` and `after` a
    change.
    """
    direct = changed_entries(changes)
    relisted = {row.entry for row in (*changes.revisions.closed, *changes.revisions.added)}
    affected = _entries_in_groups(before, after, direct)
    peers = _entries_in_groups(before, after, relisted)
    dependants = _targets_naming(before, after, peers) if relisted else set()
    related = RelatedEntries(before, after)
    affected |= related.of(dependants)
    sources = direct | peers | related.of(dependants)
    return AffectedEntries(frozenset(affected | related.of(related.siblings(sources))), frozenset(direct | dependants))


def _entries_in_groups(before: Facts, after: Facts, entries: set[str]) -> set[str]:
    """Returns all entries of those groups of joined device models in which one of the given entries lies."""
    return {entry for group in affected_model_groups(before, after, entries) for entry in group} if entries else set()


def _targets_naming(before: Facts, after: Facts, bases: set[str]) -> set[str]:
    """Returns the entries whose declarations, before or after the change, name one of the given bases."""
    return {
        target
        for facts in (before, after)
        for target, rows in facts.declarations.items()
        if any(bases.intersection(row.bases) for row in rows)
    }


class RelatedEntries:
    """An index of facts that finds the entries that at some time had the same device model, or the same firmware
    image.
    """

    def __init__(self, *facts: Facts) -> None:
        self._models: dict[str, set[str]] = defaultdict(set)
        self._images: dict[str, set[str]] = defaultdict(set)
        self._models_and_images: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for entry, rows in ((entry, rows) for group in facts for entry, rows in group.revisions.items()):
            for row in rows:
                self._models_and_images[entry].append((row.device_model, row.image_hash))
                self._models[row.device_model].add(entry)
                self._images[row.image_hash].add(entry)

    def of(self, entries: Iterable[str]) -> set[str]:
        """Returns the entries given, and all entries that at some time had a device model that one of them ever had."""
        given = set(entries)
        models = {model for entry in given for model, _ in self._models_and_images.get(entry, ())}
        return given.union(*(self._models[model] for model in models))

    def siblings(self, entries: Iterable[str]) -> set[str]:
        """Returns all entries that at some time carried a firmware image that one of the entries given ever carried."""
        images = {image for entry in entries for _, image in self._models_and_images.get(entry, ()) if image}
        return set[str]().union(*(self._images[image] for image in images))


def declared_bases(facts: Iterable[Facts], targets: Iterable[str]) -> set[str]:
    """Returns every base that a declaration of one of the targets names, in any of the collections of facts given."""
    return {
        base
        for group in facts
        for target in targets
        for row in group.declarations.get(target, ())
        for base in row.bases
    }


def restrict_facts(facts: Facts, targets: Set[str], entries: Set[str]) -> Facts:
    """Returns the facts reduced to the attributes of `entries`, and the declarations, accepted and confirmed
    bases of `targets`.
    """
    return Facts(
        {entry: rows for entry, rows in facts.revisions.items() if entry in entries},
        {entry: rows for entry, rows in facts.declarations.items() if entry in targets},
        {pair: rows for pair, rows in facts.acceptances.items() if pair[1] in targets},
        {pair: rows for pair, rows in facts.confirmations.items() if pair[1] in targets},
    )


def iterate_facts(facts: Facts) -> Iterator[Fact]:
    """Yields all facts (attributes of entries, declarations, acceptances of bases) one by one, in no particular
    order.
    """
    groups: tuple[Mapping[Any, Iterable[Fact]], ...] = (
        facts.revisions,
        facts.declarations,
        facts.acceptances,
        facts.confirmations,
    )
    return (row for group in groups for rows in group.values() for row in rows)
