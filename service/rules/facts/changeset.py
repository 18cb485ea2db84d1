"""Change sets: the rows that a write adds, and the rows that it closes (marks as superseded). Rows are facts, or are
derived from facts.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, Generic, TypeVar

from service.domain.clock import Span
from service.domain.facts import (
    Acceptance,
    BandFact,
    Confirmation,
    Declaration,
    DerivedHeldBase,
    DerivedStep,
    Fact,
    ManufacturerName,
    Revision,
)
from service.rules.facts.derive_edges import TwinIndex, derive_edges
from service.rules.facts.grouped_facts import Facts, row_in_force
from service.rules.facts.intervals import TimeSegment, segment_changes, spans_without_change, subtract_span

F = TypeVar("F", bound=Fact)
K = TypeVar("K")
P = TypeVar("P")


@dataclass(frozen=True)
class RowChanges(Generic[F]):
    """The rows of one kind that a write adds, and those that it closes (sets `recorded_to`, the instant from which the
    row is superseded).
    """

    closed: Sequence[F] = ()
    added: Sequence[F] = ()

    def __bool__(self) -> bool:
        return bool(self.closed or self.added)

    @staticmethod
    def combined(changes: "Iterable[RowChanges[F]]") -> "RowChanges[F]":
        """Returns the union of several changes of rows."""
        all_changes = list(changes)
        return RowChanges(
            [row for change in all_changes for row in change.closed],
            [row for change in all_changes for row in change.added],
        )

    def apply_to(self, groups: Mapping[K, tuple[F, ...]], subject: Callable[[F], K]) -> Mapping[K, tuple[F, ...]]:
        """Returns the rows, grouped by subject, as they are after the changes. `groups` has the rows from before. A
        group without a change is shared, not copied.
        """
        if not self:
            return groups
        result, closed_ids = dict(groups), {id(row) for row in self.closed}
        for key in {subject(row) for row in self.closed}:
            result[key] = tuple(row for row in result.get(key, ()) if id(row) not in closed_ids)
        for row in self.added:
            result[subject(row)] = (*result.get(subject(row), ()), row)
        return {key: rows for key, rows in result.items() if rows}


@dataclass(frozen=True)
class ChangeSet:
    """All rows, of every kind, that one transaction adds or closes (marks as superseded)."""

    revisions: RowChanges[Revision] = field(default_factory=RowChanges)
    declarations: RowChanges[Declaration] = field(default_factory=RowChanges)
    acceptances: RowChanges[Acceptance] = field(default_factory=RowChanges)
    confirmations: RowChanges[Confirmation] = field(default_factory=RowChanges)
    bands: RowChanges[BandFact] = field(default_factory=RowChanges)
    steps: RowChanges[DerivedStep] = field(default_factory=RowChanges)
    held: RowChanges[DerivedHeldBase] = field(default_factory=RowChanges)
    names: RowChanges[ManufacturerName] = field(default_factory=RowChanges)

    def __bool__(self) -> bool:
        facts = self.revisions or self.declarations or self.acceptances or self.confirmations or self.bands
        return bool(facts or self.names or self.steps or self.held)


def row_id(subject: str, recorded: datetime, index: int) -> str:
    """Builds the id of a new row from its subject, the instant at which the service recorded it, and a number that
    tells apart the rows with the same subject and instant.
    """
    return f"{subject}.{recorded:%Y%m%dT%H%M%S%f}.{index}"


def timeline_changes(
    believed: Sequence[F],
    wanted: Iterable[TimeSegment[P]],
    payload: Callable[[F], Hashable],
    row: Callable[[int, TimeSegment[P]], F],
) -> RowChanges[F]:
    """Returns the rows to close and to add so that the rows of one subject have exactly the content wanted at each
    time.

    `payload` returns the content of a row. `row` builds a row from its index and a segment (an interval with its
    content).
    """
    closed, added = segment_changes(believed, wanted, payload)
    return RowChanges(closed, [row(index, segment) for index, segment in enumerate(added)])


def facts_after(facts: Facts, changes: ChangeSet) -> Facts:
    """Returns the facts as they are after a change set: with the rows that it adds, and without the rows that it
    closes.
    """
    return Facts(
        changes.revisions.apply_to(facts.revisions, attrgetter("entry")),
        changes.declarations.apply_to(facts.declarations, attrgetter("entry")),
        changes.acceptances.apply_to(facts.acceptances, attrgetter("base", "target")),
        changes.confirmations.apply_to(facts.confirmations, attrgetter("base", "target")),
    )


def changes_between(before: Facts, after: Facts) -> ChangeSet:
    """Returns the change that turns one state of the facts into another: the rows that only one of the two states
    has.
    """
    return ChangeSet(
        revisions=_row_differences(_all_rows(before.revisions), _all_rows(after.revisions)),
        declarations=_row_differences(_all_rows(before.declarations), _all_rows(after.declarations)),
        acceptances=_row_differences(_all_rows(before.acceptances), _all_rows(after.acceptances)),
        confirmations=_row_differences(_all_rows(before.confirmations), _all_rows(after.confirmations)),
    )


def _all_rows(groups: Mapping[Any, Iterable[F]]) -> Iterable[F]:
    return (row for rows in groups.values() for row in rows)


def lapsed_acceptances(before: Facts, after: Facts, recorded: datetime) -> RowChanges[Acceptance]:
    """Returns the acceptances (of a base for a target, by name) that a change of facts ends, each with the instant of
    its end.
    """
    return RowChanges.combined(
        RowChanges([acceptance], _cut_off(acceptance, end, row_id(f"{base}-{target}", recorded, 1000 + index)))
        for (base, target), rows in after.acceptances.items()
        for index, acceptance in enumerate(rows)
        if acceptance.recorded_from != recorded and (end := lapse_instant(before, after, acceptance))
    )


def lapse_instant(before: Facts, after: Facts, acceptance: Acceptance) -> datetime | None:
    """Returns the instant from which a change of facts ends the acceptance of a base for a target, or None if it does
    not end it.

    A change ends an acceptance if the declaration no longer names the base, or if the device model of base or target
    changed (design 4). The acceptance stays ended even if the device model changes back.
    """
    pair = _facts_of_pair(before, acceptance) + _facts_of_pair(after, acceptance)
    instants = (span.start for span in spans_without_change([acceptance, *pair]))
    lapses = (
        at
        for at in instants
        if acceptance.span.contains(at) and _in_effect(before, acceptance, at) and not _in_effect(after, acceptance, at)
    )
    return next(lapses, None)


def _facts_of_pair(facts: Facts, acceptance: Acceptance) -> list[Fact]:
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


def _cut_off(acceptance: Acceptance, end: datetime, new_id: str) -> list[Acceptance]:
    spans = subtract_span(acceptance.span, Span(end, acceptance.valid_to))
    return [acceptance.model_copy(update={"id": new_id, "valid_to": span.end}) for span in spans]


def affected_targets(before: Facts, after: Facts, changes: ChangeSet) -> set[str]:
    """Returns the entries whose upgrade steps, or declared bases that await acceptance, a change of facts can affect.

    A change of an entry's attributes affects the entry, its twins (entries with the same image) before and after, and
    every target that names one of these as a base. A declaration, or the acceptance of a base, affects its target and
    the twins of this target.
    """
    twins_before, twins_after = TwinIndex(before), TwinIndex(after)
    revised = {row.entry for row in (*changes.revisions.closed, *changes.revisions.added)}
    twins = {twin for entry in revised for twin in twins_before.of(entry) | twins_after.of(entry)}
    naming = {target for target, rows in after.declarations.items() for row in rows if twins.intersection(row.bases)}
    declared = {row.entry for row in (*changes.declarations.closed, *changes.declarations.added)}
    accepted = {row.target for row in (*changes.acceptances.closed, *changes.acceptances.added)}
    direct = twins | naming | declared | accepted
    return {twin for target in direct for twin in twins_before.of(target) | twins_after.of(target)}


def rederive_targets(
    facts: Facts, targets: set[str], steps: Iterable[DerivedStep], held: Iterable[DerivedHeldBase]
) -> tuple[RowChanges[DerivedStep], RowChanges[DerivedHeldBase]]:
    """Computes again the upgrade steps into the targets given, and their bases that await acceptance. Returns the rows
    that this adds and closes.
    """
    wanted_steps, wanted_held = derive_edges(facts, sorted(targets))
    return _row_differences(steps, wanted_steps), _row_differences(held, wanted_held)


def _row_differences(believed: Iterable[F], wanted: Iterable[F]) -> RowChanges[F]:
    believed_rows, wanted_rows = set(believed), set(wanted)
    return RowChanges(list(believed_rows - wanted_rows), list(wanted_rows - believed_rows))


def complete_changes(before: Facts, changes: ChangeSet, recorded: datetime) -> tuple[ChangeSet, Facts]:
    """Returns the changes given together with the end of every acceptance of a base that they end, and the facts that
    result.
    """
    after = facts_after(before, changes)
    lapses = lapsed_acceptances(before, after, recorded)
    completed = replace(changes, acceptances=RowChanges.combined([changes.acceptances, lapses]))
    return completed, facts_after(before, completed) if lapses else after
