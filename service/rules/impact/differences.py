"""The impact of a change of facts: every differing answer, now and at each later effective date (design 5)."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.domain.clock import iso
from service.rules.facts.changeset import ChangeSet
from service.rules.facts.derive_edges import Facts
from service.rules.impact.affected_models import (
    affected_model_groups,
    changed_entries,
    differing_keys,
    later_boundaries,
    redeclared_entries,
)
from service.rules.impact.comparison import PairDifference, ShortAnswer, SnapshotComparison
from service.rules.impact.counters import DifferenceCounters, PageWindow
from service.rules.impact.impact_snapshot import ImpactSnapshot
from service.rules.impact.summary_text import ImpactSummary
from service.rules.pathfinding.bitset import indices
from service.schemas.responses.impact import (
    ImpactClass,
    NewlyStrandedEntry,
    OriginEntries,
    PairChange,
    PathwaySummary,
    TargetChange,
)

_NOW = "now"
"""Stands in the digest for the present instant, so that the same impact a minute later has the same id."""


@dataclass
class ImpactDifferences:
    """All differences: one page of them, counts and digests of all, the data of the summary, and the dates."""

    now: datetime
    counters: DifferenceCounters[Any]
    summary: ImpactSummary = field(default_factory=ImpactSummary)
    dates: set[datetime] = field(default_factory=set)

    def id(self, edits: Iterable[str]) -> str:
        """The SHA-256 of the edits, the dates and all differences. The present instant is not part of it."""
        dates = [self.instant_label(date) for date in sorted(self.dates)]
        return hashlib.sha256("\n".join([*edits, *dates, *self.counters.digest_lines]).encode()).hexdigest()

    def instant_label(self, at: datetime) -> str:
        """The text of an instant in the digest."""
        return _NOW if at == self.now else iso(at)


def find_differences(
    before: Facts, after: Facts, changes: ChangeSet, now: datetime, window: PageWindow
) -> ImpactDifferences:
    """Every question whose answer differs, within the affected groups of device models."""
    result = ImpactDifferences(now, DifferenceCounters(window))
    result.dates.add(now)
    groups = [
        _Group(before, after, group, now) for group in affected_model_groups(before, after, changed_entries(changes))
    ]
    for at in sorted({now}.union(*(group.dates for group in groups))):
        if any([group.moved(at) for group in groups]):  # a list: each group moves
            comparisons = [group.compared for group in groups]
            result.dates.add(at)
            _add_pairs(result, at, comparisons)
            _add_targets(result, at, comparisons)
    result.summary.add_device_models(*_models(after, changed_entries(changes)))
    return result


class _Group:
    """One affected group of device models, before and after the change, at one instant after another."""

    def __init__(self, before: Facts, after: Facts, numbers: list[str], now: datetime) -> None:
        self._before, self._after, self._numbers = before, after, numbers
        self._relisted = differing_keys(before.revisions, after.revisions, numbers)
        self._redeclared = redeclared_entries(before, after, numbers)
        self._snapshots = self._snapshots_at(now)
        self._compared: SnapshotComparison | None = None
        self._now = now
        self.dates = {now, *later_boundaries(before, after, numbers, now)}

    def moved(self, at: datetime) -> bool:
        """Moves on to an instant. Whether the snapshots differ from the previous ones, or `at` is the first."""
        if at == self._now:
            return True
        snapshots = self._snapshots_at(at) if at in self.dates else self._snapshots
        if snapshots == self._snapshots:
            return False
        self._snapshots, self._compared = snapshots, None
        return True

    @property
    def compared(self) -> SnapshotComparison:
        """The comparison at the last instant."""
        if self._compared is None:
            changed = self._numbers if self._relisted else sorted(self._redeclared)
            self._compared = SnapshotComparison(*self._snapshots, changed)
        return self._compared

    def _snapshots_at(self, at: datetime) -> tuple[ImpactSnapshot, ImpactSnapshot]:
        before = ImpactSnapshot(self._before, self._numbers, at)
        if self._relisted:
            return before, ImpactSnapshot(self._after, self._numbers, at)
        return before, before.redeclared(self._after, self._redeclared)


def _models(facts: Facts, entries: Iterable[str]) -> set[str]:
    return {row.device_model for entry in entries for row in facts.revisions.get(entry, ())}


def _entries_in_order(comparisons: Sequence[SnapshotComparison]) -> list[tuple[str, int, SnapshotComparison]]:
    """Every entry of all groups, in the order of the numbers."""
    return sorted(
        ((number, place, comparison) for comparison in comparisons for place, number in enumerate(comparison.numbers)),
        key=lambda row: row[0],
    )


def _add_pairs(result: ImpactDifferences, at: datetime, comparisons: Sequence[SnapshotComparison]) -> None:
    for comparison in comparisons:
        for entry in comparison.changed_entries:
            result.summary.steps(comparison.before.steps_into(entry), comparison.after.steps_into(entry))
    for number, place, comparison in _entries_in_order(comparisons):
        for pair in comparison.pairs(place):
            result.counters.add(pair.kind, (at, pair), _digest_lines(result.instant_label(at), pair))
            result.summary.pair(pair.kind, pair.base, pair.target)
            result.summary.add_device_models(
                comparison.device_models[place], comparison.device_models[comparison.place[pair.target]]
            )
        if comparison.stranded(place):
            result.counters.add("stranded", NewlyStrandedEntry(entry=number, at=at), [result.instant_label(at), number])
            result.summary.stranded(number)


def _digest_lines(at: str, pair: PairDifference) -> Iterator[str]:
    yield f"{at} {pair.base} {pair.target}"
    for outcome, entries in (pair.before, pair.after):
        yield f"{outcome} {' '.join(entries)}"


def _add_targets(result: ImpactDifferences, at: datetime, comparisons: Sequence[SnapshotComparison]) -> None:
    for number, place, comparison in _entries_in_order(comparisons):
        kinds: tuple[ImpactClass, ImpactClass] = ("now-unknown", "now-known")
        for kind, mask in zip(kinds, comparison.unknown(place), strict=True):
            for row in _by_model(comparison, number, place, at, mask):
                lines = [
                    f"{result.instant_label(at)} {row.to} {row.from_.device_model}",
                    str(row.count),
                    *row.from_.except_,
                ]
                result.counters.add(kind, row, lines, row.count)
                result.summary.target(kind, number)
                result.summary.add_device_models(comparison.device_models[place], row.from_.device_model)


def _by_model(
    comparison: SnapshotComparison, number: str, place: int, at: datetime, mask: int
) -> Iterator[TargetChange]:
    for model, entries in comparison.models.items() if mask else ():
        bases = mask & entries
        if bases:
            others = entries & ~bases & ~(1 << place)
            origins = OriginEntries(
                device_model=model, except_=[comparison.numbers[other] for other in indices(others)]
            )
            yield TargetChange(to=number, at=at, from_=origins, count=bases.bit_count())


def response_row(row: Any) -> Any:
    """A difference as the response lists it."""
    if not isinstance(row, tuple):
        return row
    at, pair = row
    answers = {"before": _summary(pair.before), "after": _summary(pair.after)}
    return PairChange(from_=pair.base, to=pair.target, at=at, **answers)


def _summary(answer: ShortAnswer) -> PathwaySummary:
    return PathwaySummary(outcome=answer[0], entries=list(answer[1]))
