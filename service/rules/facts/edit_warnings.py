"""Finds warnings on edits of declarations: bases that await acceptance, that are on no list yet or removed; cycles; and
N/A (no base) where earlier entries exist.

A warning never refuses or changes an edit (design 4, *Checks on a declaration*).
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.domain.edits import Edit
from service.domain.facts import HeldCode, Revision
from service.domain.memo import cached_property
from service.rules.facts.derive_edges import acceptance_in_effect, held_code
from service.rules.facts.grouped_facts import Facts, row_in_force
from service.rules.pathfinding.bitset import bitset_of, first_index, indices, transpose
from service.rules.pathfinding.connected_components import connected_components, strongly_connected_components
from service.rules.pathfinding.twins import group_by_key

EditWarningCode = Literal[
    "held", "pending", "removed-base", "cycle", "named-twice", "none-though-earlier", "accept-not-needed"
]


@dataclass(frozen=True)
class EditWarning:
    """A warning for the author of an edit of declarations. The service accepts the edit all the same."""

    edit: Edit
    code: EditWarningCode
    entry: str
    text: str
    held: HeldCode | None = None
    counterpart: str | None = None


class EditContext:
    """The facts in force at one instant, prepared once for all edits that the rules judge at this instant."""

    def __init__(self, facts: Facts, at: datetime, edited: Iterable[str]) -> None:
        self.facts = facts
        self.at = at
        self.cycle = _cycles_of(facts, at, set(edited))

    def listed_from(self, entry: str) -> datetime:
        """Returns the instant from which a list first had an entry."""
        return min(row.valid_from for row in self.facts.revisions[entry])

    @cached_property
    def peers(self) -> dict[str, tuple[Revision, ...]]:
        """Returns the entries in force, grouped by device model."""
        revisions = (revision_at_or_first(self.facts, entry, self.at) for entry in self.facts.revisions)
        return group_by_key((revision.device_model, revision) for revision in revisions if revision)

    def counterpart(self, base: Revision, target: Revision) -> str | None:
        """Returns the lowest entry number on the target's own device model that carries the image of the base, or
        None.
        """
        peers = (row for row in self.peers.get(target.device_model, ()) if row.entry not in (base.entry, target.entry))
        entries = (row.entry for row in peers if row.image_hash == base.image_hash)
        return min(entries, default=None) if base.image_hash else None


def _cycles_of(facts: Facts, at: datetime, edited: Set[str]) -> dict[str, str]:
    """Returns the lowest entry number of its cycle for each entry that is in a cycle of declared steps with an edited
    entry.

    Entries with the same lowest number are in the same cycle. Only the direct and indirect bases of an edited entry can
    be in a cycle with the entry. Usually there is no cycle.
    """

    def bases(entry: str) -> tuple[str, ...]:
        declaration = row_in_force(facts.declarations.get(entry, ()), at)
        return declaration.bases if declaration else ()

    ancestors, frontier = set[str](), set(edited)
    while frontier:
        frontier = {base for entry in frontier for base in bases(entry)} - ancestors
        ancestors |= frontier
    if not edited & ancestors:
        return {}
    bases_of = {entry: bases(entry) for entry in sorted(ancestors | edited)}
    # One connected component at a time: the bit sets of 69,000 declarations at once take a gigabyte (measured).
    return {
        entry: lowest
        for connected in connected_components(_in_both_directions(bases_of), bases_of)
        for entry, lowest in _lowest_of_cycles({entry: bases_of[entry] for entry in sorted(connected)}).items()
    }


def _in_both_directions(bases_of: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    """Returns the bases of each entry, and the entries that name this one as a base."""
    neighbours: dict[str, set[str]] = {entry: set(bases) for entry, bases in bases_of.items()}
    for entry, bases in bases_of.items():
        for base in bases:
            neighbours[base].add(entry)
    return neighbours


def _lowest_of_cycles(bases_of: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Returns, for each entry, the lowest number of the entries in a cycle with the entry, or its own number."""
    numbers = list(bases_of)
    index_of = {entry: index for index, entry in enumerate(numbers)}
    predecessors = [bitset_of(index_of[base] for base in bases) for bases in bases_of.values()]
    components = strongly_connected_components(transpose(predecessors), predecessors, (1 << len(numbers)) - 1)
    return {numbers[index]: numbers[first_index(group)] for group in components for index in indices(group)}


def revision_at_or_first(facts: Facts, entry: str, at: datetime) -> Revision | None:
    """Returns the attributes of an entry in force at an instant, else its first attributes, or None for an unknown
    entry.

    The first attributes count because a declaration can begin before the first list.
    """
    rows = facts.revisions.get(entry, ())
    return row_in_force(rows, at) or min(rows, key=lambda row: row.valid_from, default=None)


def find_edit_warnings(facts: Facts, edits: Iterable[tuple[Edit, datetime]]) -> list[EditWarning]:
    """Returns all warnings on edits of declarations, each judged at its own instant. `facts` has the facts after the
    edits.
    """
    judged = list(edits)
    edited = group_by_key((at, edit.entry) for edit, at in judged)
    contexts = {at: EditContext(facts, at, entries) for at, entries in edited.items()}
    return [
        warning
        for edit, at in judged
        for warning in (*_base_warnings(contexts[at], edit), *_none_warnings(contexts[at], edit))
    ]


def _base_warnings(context: EditContext, edit: Edit) -> Iterator[EditWarning]:
    target = revision_at_or_first(context.facts, edit.entry, context.at)
    for number in sorted(set(edit.bases or ())):
        base = revision_at_or_first(context.facts, number, context.at)
        if edit.bases and edit.bases.count(number) > 1:
            yield EditWarning(edit, "named-twice", number, f"{number} is named twice.")
        if base is None or target is None:
            text = f"{number} is on no list that is loaded. The base is kept, and judged when a loaded list has it."
            yield EditWarning(edit, "pending", number, text)
            continue
        if not base.listed:
            yield EditWarning(
                edit, "removed-base", number, f"{number} is removed from the list; meters may still run it."
            )
        if context.cycle.get(number) == context.cycle.get(edit.entry, edit.entry):
            yield EditWarning(edit, "cycle", number, f"The declared bases lead from {edit.entry} to {number} too.")
        yield from _identity_warnings(context, edit, base, target)


def _identity_warnings(context: EditContext, edit: Edit, base: Revision, target: Revision) -> Iterator[EditWarning]:
    code = held_code(base, target)
    if code is None:
        if base.entry in edit.accept:
            text = f"{base.entry} is of the same device model, so there is nothing to accept."
            yield EditWarning(edit, "accept-not-needed", base.entry, text)
    elif not acceptance_in_effect(context.facts, base, target, context.at):
        counterpart = context.counterpart(base, target)
        hint = f"; the same image on the target's own device model is {counterpart}" if counterpart else ""
        text = f"{base.entry} is held until accepted by name: {WHY_HELD[code]}{hint}."
        yield EditWarning(edit, "held", base.entry, text, code, counterpart)


WHY_HELD: dict[HeldCode, str] = {
    "other-manufacturer": "it is of another manufacturer",
    "other-device-type": "it is of another device type",
    "other-device-model": "it is of another device model",
}


def _none_warnings(context: EditContext, edit: Edit) -> Iterator[EditWarning]:
    """Yields a warning on N/A (no previous version) where the device model has entries that were listed earlier."""
    target = revision_at_or_first(context.facts, edit.entry, context.at)
    if edit.kind != "none" or target is None:
        return
    first_listed = context.listed_from(edit.entry)
    others = (row for row in context.peers.get(target.device_model, ()) if row.twin_key != target.twin_key)
    earlier = sorted(row.entry for row in others if context.listed_from(row.entry) < first_listed)
    if earlier:
        text = f"N/A, though this device model has entries listed earlier: {', '.join(earlier)}."
        yield EditWarning(edit, "none-though-earlier", edit.entry, text)
