"""What an edit's author should see: bases held, pending or removed, cycles, and N/A that others speak against.

Nothing here refuses or changes anything (design 4, *Checks on a declaration*).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from service.domain.edits import Edit
from service.domain.facts import HeldCode, Revision
from service.rules.facts.derive_edges import Facts, acceptance_in_effect, held_code, row_in_force
from service.rules.pathfinding.bitset import bitset_of, first_index, indices, transpose
from service.rules.pathfinding.components import strongly_connected_components

EditWarningCode = Literal[
    "held", "pending", "removed-base", "cycle", "named-twice", "none-though-earlier", "accept-not-needed"
]


@dataclass(frozen=True)
class EditWarning:
    """Something that an edit's author should see; the edit is taken all the same."""

    edit: Edit
    code: EditWarningCode
    entry: str
    text: str
    held: HeldCode | None = None
    counterpart: str | None = None


class EditContext:
    """The facts at one instant, looked at once for all edits that are judged then."""

    def __init__(self, facts: Facts, at: datetime, edited: Iterable[str]) -> None:
        self.facts = facts
        self.at = at
        self.cycle = _cycles(facts, at, set(edited))

    def listed_from(self, entry: str) -> datetime:
        """From when on an entry is on a list."""
        return min(row.valid_from for row in self.facts.revisions[entry])

    @cached_property
    def peers(self) -> dict[str, list[Revision]]:
        """The entries of each device model."""
        found: dict[str, list[Revision]] = defaultdict(list)
        for entry in self.facts.revisions:
            if revision := revision_then(self.facts, entry, self.at):
                found[revision.device_model].append(revision)
        return found

    def counterpart(self, base: Revision, target: Revision) -> str | None:
        """The entry of the target's own device model that carries the base's image, where there is one."""
        peers = (r for r in self.peers[target.device_model] if r.entry not in (base.entry, target.entry))
        same = (r.entry for r in peers if r.image_hash == base.image_hash)
        return min(same, default=None) if base.image_hash else None


def _cycles(facts: Facts, at: datetime, edited: Set[str]) -> dict[str, int]:
    """Entries by the cycle of steps declared in which they stand; all those in one cycle with an entry edited.

    Only what an entry edited is declared from can lead back to it, and most often nothing does.
    """

    def bases(entry: str) -> tuple[str, ...]:
        declaration = row_in_force(facts.declarations.get(entry, ()), at)
        return declaration.bases if declaration else ()

    seen, fresh = set[str](), set(edited)
    while fresh:
        fresh = {base for entry in fresh for base in bases(entry)} - seen
        seen |= fresh
    if not edited & seen:
        return {}
    place = {entry: nth for nth, entry in enumerate(seen | edited)}
    before = [bitset_of(place[base] for base in bases(entry)) for entry in place]
    parts = strongly_connected_components(transpose(before), before, (1 << len(place)) - 1)
    cycle = {nth: first_index(part) for part in parts for nth in indices(part)}
    return {entry: cycle[nth] for entry, nth in place.items()}


def revision_then(facts: Facts, entry: str, at: datetime) -> Revision | None:
    """The revision that holds then, else the first: a declaration may reach back before the first list."""
    rows = facts.revisions.get(entry, ())
    return row_in_force(rows, at) or min(rows, key=lambda r: r.valid_from, default=None)


def find_edit_warnings(facts: Facts, judged: Iterable[tuple[Edit, datetime]]) -> list[EditWarning]:
    """All remarks on edits, each judged at its instant, against the facts as they are after them."""
    every = list(judged)
    edited: dict[datetime, set[str]] = defaultdict(set)
    for edit, at in every:
        edited[at].add(edit.entry)
    surveys = {at: EditContext(facts, at, entries) for at, entries in edited.items()}
    return [remark for edit, at in every for remark in (*_on_bases(surveys[at], edit), *_on_none(surveys[at], edit))]


def _on_bases(survey: EditContext, edit: Edit) -> Iterator[EditWarning]:
    target = revision_then(survey.facts, edit.entry, survey.at)
    for number in sorted(set(edit.bases or ())):
        base = revision_then(survey.facts, number, survey.at)
        if edit.bases and edit.bases.count(number) > 1:
            yield EditWarning(edit, "named-twice", number, f"{number} is named twice.")
        if base is None or target is None:
            text = f"{number} is on no list that is loaded: kept, and judged when it is."
            yield EditWarning(edit, "pending", number, text)
            continue
        if not base.listed:
            yield EditWarning(
                edit, "removed-base", number, f"{number} is removed from the list; meters may still run it."
            )
        if survey.cycle.get(number) == survey.cycle.get(edit.entry, edit.entry):
            yield EditWarning(edit, "cycle", number, f"{number} can itself be reached from {edit.entry}.")
        yield from _on_identity(survey, edit, base, target)


def _on_identity(survey: EditContext, edit: Edit, base: Revision, target: Revision) -> Iterator[EditWarning]:
    code = held_code(base, target)
    if code is None:
        if base.entry in edit.accept:
            text = f"{base.entry} is of the same device model: nothing to accept."
            yield EditWarning(edit, "accept-not-needed", base.entry, text)
    elif not acceptance_in_effect(survey.facts, base, target, survey.at):
        other = survey.counterpart(base, target)
        hint = f"; the same image on the target's own device model is {other}" if other else ""
        text = f"{base.entry} is held until accepted by name: {WHY_HELD[code]}{hint}."
        yield EditWarning(edit, "held", base.entry, text, code, other)


WHY_HELD: dict[HeldCode, str] = {
    "other-manufacturer": "it is of another manufacturer",
    "other-device-type": "it is of another device type",
    "other-device-model": "it is of another device model",
}


def _on_none(survey: EditContext, edit: Edit) -> Iterator[EditWarning]:
    """N/A says that nothing came before; what was listed earlier speaks against it. Numbers prove no order."""
    target = revision_then(survey.facts, edit.entry, survey.at)
    if edit.kind != "none" or target is None:
        return
    own = survey.listed_from(edit.entry)
    others = (r for r in survey.peers[target.device_model] if r.twin_key != target.twin_key)
    named = sorted(r.entry for r in others if survey.listed_from(r.entry) < own)
    if named:
        text = f"N/A, though this device model has entries listed earlier: {', '.join(named)}."
        yield EditWarning(edit, "none-though-earlier", edit.entry, text)
