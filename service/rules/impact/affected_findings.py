"""The entries whose findings a change of facts can affect, and the facts on which these findings depend.

A finding about paths, ages or firmware versions depends on the device models of its entries, and on the device models
that acceptances join to them. Two kinds of findings depend on more: findings about the bases that a declaration names
(held, pending, fragments, images of bases) depend on the listed attributes of these bases; findings about one image
(undeclared images, lone exceptions) depend on all entries that carry this image, on any device model. All other
findings are the same before and after the change, even if they are computed from a part of the facts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass

from service.domain.facts import Fact
from service.rules.facts.changeset import ChangeSet
from service.rules.facts.derive_edges import Facts
from service.rules.impact.affected_models import affected_model_groups, changed_entries


@dataclass(frozen=True)
class AffectedEntries:
    """`entries`: all whose findings may differ; `targets`: those that the change edits, or whose bases it edits."""

    entries: frozenset[str]
    targets: frozenset[str]


def affected_entries(before: Facts, after: Facts, changes: ChangeSet) -> AffectedEntries:
    """All entries whose findings a change may affect, according to these facts."""
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
    return {entry for group in affected_model_groups(before, after, entries) for entry in group} if entries else set()


def _targets_naming(before: Facts, after: Facts, bases: set[str]) -> set[str]:
    return {
        target
        for facts in (before, after)
        for target, rows in facts.declarations.items()
        if any(bases.intersection(row.bases) for row in rows)
    }


class RelatedEntries:
    """Entries that have had the same device model, or the same image, at any time."""

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
        """The given entries, and all entries that share a device model with one of them."""
        given = set(entries)
        models = {model for entry in given for model, _ in self._models_and_images.get(entry, ())}
        return given.union(*(self._models[model] for model in models))

    def siblings(self, entries: Iterable[str]) -> set[str]:
        """All entries that carry an image of a given entry."""
        images = {image for entry in entries for _, image in self._models_and_images.get(entry, ()) if image}
        return set[str]().union(*(self._images[image] for image in images))


def declared_bases(facts: Iterable[Facts], targets: Iterable[str]) -> set[str]:
    """Every base that a declaration names for one of the targets, at any time."""
    rows = (row for group in facts for target in targets for row in group.declarations.get(target, ()))
    return {base for row in rows for base in row.bases}


def restrict_facts(facts: Facts, targets: Set[str], entries: Set[str]) -> Facts:
    """The declarations and acceptances of the `targets`, and the revisions of the `entries`."""
    return Facts(
        {entry: rows for entry, rows in facts.revisions.items() if entry in entries},
        {entry: rows for entry, rows in facts.declarations.items() if entry in targets},
        {pair: rows for pair, rows in facts.acceptances.items() if pair[1] in targets},
    )


def iterate_facts(facts: Facts) -> Iterator[Fact]:
    """All facts, in no particular order."""
    for rows_by_key in (facts.revisions, facts.declarations, facts.acceptances):
        for rows in rows_by_key.values():
            yield from rows
