"""What a write does: rows to close and rows to add, of facts and of what is derived from them."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar

from service.domain.clock import Span
from service.domain.facts import Acceptance, BandFact, Declaration, DerivedHeldBase, DerivedStep, Fact, Revision
from service.rules.facts.derive_edges import Facts, TwinIndex, derive_edges, row_in_force, stretches
from service.rules.facts.intervals import Segment, segment_changes, subtract_span

F = TypeVar("F", bound=Fact)
K = TypeVar("K")
P = TypeVar("P")


@dataclass(frozen=True)
class RowChanges(Generic[F]):
    """Rows of one kind that are no longer believed, and rows believed from now on."""

    closed: Sequence[F] = ()
    added: Sequence[F] = ()

    def __bool__(self) -> bool:
        return bool(self.closed or self.added)

    @staticmethod
    def combined(parts: "Iterable[RowChanges[F]]") -> "RowChanges[F]":
        """The rows of many subjects together."""
        every = list(parts)
        return RowChanges([row for part in every for row in part.closed], [row for part in every for row in part.added])

    def apply_to(self, groups: Mapping[K, tuple[F, ...]], subject: Callable[[F], K]) -> Mapping[K, tuple[F, ...]]:
        """Rows grouped by subject, as they are believed afterwards; what is not touched is shared, not copied."""
        if not self:
            return groups
        found, gone = dict(groups), {id(row) for row in self.closed}
        for key in {subject(row) for row in self.closed}:
            found[key] = tuple(row for row in found.get(key, ()) if id(row) not in gone)
        for row in self.added:
            found[subject(row)] = (*found.get(subject(row), ()), row)
        return {key: rows for key, rows in found.items() if rows}


@dataclass(frozen=True)
class ChangeSet:
    """Everything that one transaction closes and adds."""

    revisions: RowChanges[Revision] = field(default_factory=RowChanges)
    declarations: RowChanges[Declaration] = field(default_factory=RowChanges)
    acceptances: RowChanges[Acceptance] = field(default_factory=RowChanges)
    bands: RowChanges[BandFact] = field(default_factory=RowChanges)
    steps: RowChanges[DerivedStep] = field(default_factory=RowChanges)
    held: RowChanges[DerivedHeldBase] = field(default_factory=RowChanges)

    def __bool__(self) -> bool:
        facts = self.revisions or self.declarations or self.acceptances or self.bands
        return bool(facts or self.steps or self.held)


def row_id(subject: str, recorded: datetime, nth: int) -> str:
    """The key of a new row: what it is about, when it was recorded, and which of that instant's rows it is."""
    return f"{subject}.{recorded:%Y%m%dT%H%M%S%f}.{nth}"


def timeline_changes(
    believed: Sequence[F],
    wanted: Iterable[Segment[P]],
    payload: Callable[[F], Hashable],
    row: Callable[[int, Segment[P]], F],
) -> RowChanges[F]:
    """The rows to close and add so that a subject's timeline becomes what is wanted."""
    closed, added = segment_changes(believed, wanted, payload)
    return RowChanges(closed, [row(nth, segment) for nth, segment in enumerate(added)])


def facts_after(facts: Facts, changes: ChangeSet) -> Facts:
    """The facts as they are believed once the changes are made."""
    return Facts(
        changes.revisions.apply_to(facts.revisions, attrgetter("entry")),
        changes.declarations.apply_to(facts.declarations, attrgetter("entry")),
        changes.acceptances.apply_to(facts.acceptances, attrgetter("base", "target")),
    )


def changes_between(before: Facts, then: Facts) -> ChangeSet:
    """What lies between two pictures of the same facts: the rows that only one of them has."""
    return ChangeSet(
        revisions=_exchange(_every(before.revisions), _every(then.revisions)),
        declarations=_exchange(_every(before.declarations), _every(then.declarations)),
        acceptances=_exchange(_every(before.acceptances), _every(then.acceptances)),
    )


def _every(groups: Mapping[Any, Iterable[F]]) -> Iterable[F]:
    return (row for rows in groups.values() for row in rows)


def lapsed_acceptances(before: Facts, then: Facts, recorded: datetime) -> RowChanges[Acceptance]:
    """The acceptances that a change ends: cut where they cease to be in effect, and never revived."""
    return RowChanges.combined(
        RowChanges([acceptance], _kept(acceptance, end, row_id(f"{base}-{target}", recorded, 1000 + nth)))
        for (base, target), rows in then.acceptances.items()
        for nth, acceptance in enumerate(rows)
        if acceptance.recorded_from != recorded and (end := lapse_instant(before, then, acceptance))
    )


def lapse_instant(before: Facts, after: Facts, acceptance: Acceptance) -> datetime | None:
    """The instant from which a change makes an acceptance lapse, or None.

    It lapses where it was in effect before and is not after: the declaration dropped the base, or either
    device model changed (design 4). What has lapsed does not revive when the models change back.
    """
    pair = _history_of(before, acceptance) + _history_of(after, acceptance)
    for span in stretches([acceptance, *pair]):
        inside = acceptance.span.contains(span.start)
        if inside and _in_effect(before, acceptance, span.start) and not _in_effect(after, acceptance, span.start):
            return span.start
    return None


def _history_of(facts: Facts, acceptance: Acceptance) -> list[Fact]:
    return [
        *facts.revisions.get(acceptance.base, ()),
        *facts.revisions.get(acceptance.target, ()),
        *facts.declarations.get(acceptance.target, ()),
    ]


def _in_effect(facts: Facts, acceptance: Acceptance, at: datetime) -> bool:
    base = row_in_force(facts.revisions.get(acceptance.base, ()), at)
    target = row_in_force(facts.revisions.get(acceptance.target, ()), at)
    declaration = row_in_force(facts.declarations.get(acceptance.target, ()), at)
    return (
        base is not None
        and target is not None
        and declaration is not None
        and acceptance.base in declaration.bases
        and (base.device_model, target.device_model) == (acceptance.base_model, acceptance.target_model)
    )


def _kept(acceptance: Acceptance, end: datetime, name: str) -> list[Acceptance]:
    spans = subtract_span(acceptance.span, Span(end, acceptance.valid_to))
    return [acceptance.model_copy(update={"id": name, "valid_to": span.end}) for span in spans]


def affected_targets(before: Facts, then: Facts, changes: ChangeSet) -> set[str]:
    """The targets whose derived rows a change of facts may touch.

    A revision bears on its entry, on its twins before and after, and on every target that names one of them;
    a declaration or an acceptance on its target; and what bears on a target bears on its twins.
    """
    old, new = TwinIndex(before), TwinIndex(then)
    moved = {r.entry for r in (*changes.revisions.closed, *changes.revisions.added)}
    kin = {twin for entry in moved for twin in old.of(entry) | new.of(entry)}
    naming = {target for target, rows in then.declarations.items() for d in rows if kin.intersection(d.bases)}
    declared = {d.entry for d in (*changes.declarations.closed, *changes.declarations.added)}
    accepted = {a.target for a in (*changes.acceptances.closed, *changes.acceptances.added)}
    direct = kin | naming | declared | accepted
    return {twin for target in direct for twin in old.of(target) | new.of(target)}


def rederive_targets(
    then: Facts, targets: set[str], steps: Iterable[DerivedStep], held: Iterable[DerivedHeldBase]
) -> tuple[RowChanges[DerivedStep], RowChanges[DerivedHeldBase]]:
    """What must change in the rows derived for these targets, given those now believed."""
    wanted_steps, wanted_held = derive_edges(then, sorted(targets))
    return _exchange(steps, wanted_steps), _exchange(held, wanted_held)


def _exchange(believed: Iterable[F], wanted: Iterable[F]) -> RowChanges[F]:
    have, want = set(believed), set(wanted)
    return RowChanges(list(have - want), list(want - have))


def complete_changes(before: Facts, changes: ChangeSet, recorded: datetime) -> tuple[ChangeSet, Facts]:
    """The changes of facts with the acceptances that lapse by them, and the facts that result."""
    then = facts_after(before, changes)
    lapses = lapsed_acceptances(before, then, recorded)
    whole = replace(changes, acceptances=RowChanges.combined([changes.acceptances, lapses]))
    return whole, facts_after(before, whole) if lapses else then
