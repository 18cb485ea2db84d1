"""Whose findings a change of facts can touch, and on what those rest.

A finding about ways, ages or firmware versions rests on the device models of its entries and on those joined to them by
acceptances. Beyond these reach: what names an entry that the list says something else of (held, pending, fragments,
images of bases); and the siblings, the entries that carry the image of one concerned on any device model (undeclared
images, lone exceptions). All else is the same before and after, even where it is seen in part.
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
    """The entries whose findings may differ; and of them those whose own declaration, or bases, a change touches."""

    entries: frozenset[str]
    targets: frozenset[str]


def affected_entries(before: Facts, after: Facts, changes: ChangeSet) -> AffectedEntries:
    """All entries whose findings a change may touch, as far as these facts tell."""
    direct = changed_entries(changes)
    relisted = {row.entry for row in (*changes.revisions.closed, *changes.revisions.added)}
    near = _grouped(before, after, direct)
    beside = _grouped(before, after, relisted)
    naming = _naming(before, after, beside) if relisted else set()
    mates = RelatedEntries(before, after)
    near |= mates.of(naming)
    carrying = direct | beside | mates.of(naming)
    return AffectedEntries(frozenset(near | mates.of(mates.siblings(carrying))), frozenset(direct | naming))


def _grouped(before: Facts, after: Facts, entries: set[str]) -> set[str]:
    return {entry for group in affected_model_groups(before, after, entries) for entry in group} if entries else set()


def _naming(before: Facts, after: Facts, bases: set[str]) -> set[str]:
    return {
        target
        for facts in (before, after)
        for target, rows in facts.declarations.items()
        if any(bases.intersection(row.bases) for row in rows)
    }


class RelatedEntries:
    """Entries beside each other: ever of one device model, or ever with one image."""

    def __init__(self, *facts: Facts) -> None:
        self._models: dict[str, set[str]] = defaultdict(set)
        self._images: dict[str, set[str]] = defaultdict(set)
        self._rows: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for entry, rows in ((entry, rows) for some in facts for entry, rows in some.revisions.items()):
            for row in rows:
                self._rows[entry].append((row.device_model, row.image_hash))
                self._models[row.device_model].add(entry)
                self._images[row.image_hash].add(entry)

    def of(self, entries: Iterable[str]) -> set[str]:
        """The entries, with all that are of a device model of theirs."""
        wanted = set(entries)
        models = {model for entry in wanted for model, _ in self._rows.get(entry, ())}
        return wanted.union(*(self._models[model] for model in models))

    def siblings(self, entries: Iterable[str]) -> set[str]:
        """The entries that carry an image of theirs."""
        images = {image for entry in entries for _, image in self._rows.get(entry, ()) if image}
        return set[str]().union(*(self._images[image] for image in images))


def declared_bases(facts: Iterable[Facts], targets: Iterable[str]) -> set[str]:
    """Every base that is declared for one of these at some time."""
    rows = (row for some in facts for target in targets for row in some.declarations.get(target, ()))
    return {base for row in rows for base in row.bases}


def restrict_facts(facts: Facts, inside: Set[str], seen: Set[str]) -> Facts:
    """What is declared and accepted for some entries, and what lists say of those that are seen."""
    return Facts(
        {entry: rows for entry, rows in facts.revisions.items() if entry in seen},
        {entry: rows for entry, rows in facts.declarations.items() if entry in inside},
        {pair: rows for pair, rows in facts.acceptances.items() if pair[1] in inside},
    )


def iterate_facts(facts: Facts) -> Iterator[Fact]:
    """All facts, in no order."""
    for some in (facts.revisions, facts.declarations, facts.acceptances):
        for rows in some.values():
            yield from rows
