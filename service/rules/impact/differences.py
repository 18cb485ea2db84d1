"""The impact of a change of facts: every answer that differs, at now and at each later effective date (design 5)."""

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
"""What the digest says instead of the clock: the same impact a minute later is the same impact."""


@dataclass
class ImpactDifferences:
    """All that was found: a page of it, counts and digest of the whole, and what a summary tells."""

    now: datetime
    counters: DifferenceCounters[Any]
    summary: ImpactSummary = field(default_factory=ImpactSummary)
    dates: set[datetime] = field(default_factory=set)

    def id(self, edits: Iterable[str]) -> str:
        """The digest of edits, dates and all differences, without clocks."""
        dates = [self.instant_label(date) for date in sorted(self.dates)]
        return hashlib.sha256("\n".join([*edits, *dates, *self.counters.digest_lines]).encode()).hexdigest()

    def instant_label(self, at: datetime) -> str:
        """An instant as the digest has it."""
        return _NOW if at == self.now else iso(at)


def find_differences(
    before: Facts, after: Facts, changes: ChangeSet, now: datetime, window: PageWindow
) -> ImpactDifferences:
    """Every question about the neighbourhoods touched that is answered otherwise."""
    result = ImpactDifferences(now, DifferenceCounters(window))
    result.dates.add(now)
    groups = [
        _Group(before, after, group, now) for group in affected_model_groups(before, after, changed_entries(changes))
    ]
    for at in sorted({now}.union(*(group.dates for group in groups))):
        if any([group.moved(at) for group in groups]):  # all of them: what holds still is told of each date
            compared = [group.compared for group in groups]
            result.dates.add(at)
            _pairs(result, at, compared)
            _targets(result, at, compared)
    result.summary.add_device_models(*_models(after, changed_entries(changes)))
    return result


class _Group:
    """A neighbourhood before and after, looked at at one instant after another."""

    def __init__(self, before: Facts, after: Facts, numbers: list[str], now: datetime) -> None:
        self._before, self._after, self._numbers = before, after, numbers
        self._relisted = differing_keys(before.revisions, after.revisions, numbers)
        self._redeclared = redeclared_entries(before, after, numbers)
        self._pictures = self._at(now)
        self._compared: SnapshotComparison | None = None
        self._now = now
        self.dates = {now, *later_boundaries(before, after, numbers, now)}

    def moved(self, at: datetime) -> bool:
        """Whether the two pictures of an instant are others than at the last one, or it is the first."""
        if at == self._now:
            return True
        pictures = self._at(at) if at in self.dates else self._pictures
        if pictures == self._pictures:
            return False
        self._pictures, self._compared = pictures, None
        return True

    @property
    def compared(self) -> SnapshotComparison:
        """The two pictures of the last instant looked at."""
        if self._compared is None:
            told_anew = self._numbers if self._relisted else sorted(self._redeclared)
            self._compared = SnapshotComparison(*self._pictures, told_anew)
        return self._compared

    def _at(self, at: datetime) -> tuple[ImpactSnapshot, ImpactSnapshot]:
        before = ImpactSnapshot(self._before, self._numbers, at)
        if self._relisted:
            return before, ImpactSnapshot(self._after, self._numbers, at)
        return before, before.redeclared(self._after, self._redeclared)


def _models(facts: Facts, entries: Iterable[str]) -> set[str]:
    return {row.device_model for entry in entries for row in facts.revisions.get(entry, ())}


def _each(compared: Sequence[SnapshotComparison]) -> list[tuple[str, int, SnapshotComparison]]:
    """Every entry of all neighbourhoods, in the order of the numbers."""
    return sorted(
        ((number, place, one) for one in compared for place, number in enumerate(one.numbers)), key=lambda e: e[0]
    )


def _pairs(result: ImpactDifferences, at: datetime, compared: Sequence[SnapshotComparison]) -> None:
    for one in compared:
        for entry in one.changed_entries:
            result.summary.steps(one.before.steps_into(entry), one.after.steps_into(entry))
    for number, place, one in _each(compared):
        for pair in one.pairs(place):
            result.counters.add(pair.kind, (at, pair), _said(result.instant_label(at), pair))
            result.summary.pair(pair.kind, pair.base, pair.target)
            result.summary.add_device_models(one.device_models[place], one.device_models[one.place[pair.target]])
        if one.stranded(place):
            result.counters.add("stranded", NewlyStrandedEntry(entry=number, at=at), [result.instant_label(at), number])
            result.summary.stranded(number)


def _said(at: str, pair: PairDifference) -> Iterator[str]:
    yield f"{at} {pair.base} {pair.target}"
    for outcome, entries in (pair.before, pair.after):
        yield f"{outcome} {' '.join(entries)}"


def _targets(result: ImpactDifferences, at: datetime, compared: Sequence[SnapshotComparison]) -> None:
    for number, place, one in _each(compared):
        kinds: tuple[ImpactClass, ImpactClass] = ("now-unknown", "now-known")
        for kind, mask in zip(kinds, one.unknown(place), strict=True):
            for row in _by_model(one, number, place, at, mask):
                said = [
                    f"{result.instant_label(at)} {row.to} {row.from_.device_model}",
                    str(row.count),
                    *row.from_.except_,
                ]
                result.counters.add(kind, row, said, row.count)
                result.summary.target(kind, number)
                result.summary.add_device_models(one.device_models[place], row.from_.device_model)


def _by_model(one: SnapshotComparison, number: str, place: int, at: datetime, mask: int) -> Iterator[TargetChange]:
    for model, entries in one.models.items() if mask else ():
        inside = mask & entries
        if inside:
            others = entries & ~inside & ~(1 << place)
            origins = OriginEntries(device_model=model, except_=[one.numbers[other] for other in indices(others)])
            yield TargetChange(to=number, at=at, from_=origins, count=inside.bit_count())


def response_row(row: Any) -> Any:
    """A difference as it is told on a page."""
    if not isinstance(row, tuple):
        return row
    at, pair = row
    ways = {"before": _way(pair.before), "after": _way(pair.after)}
    return PairChange(from_=pair.base, to=pair.target, at=at, **ways)


def _way(answer: ShortAnswer) -> PathwaySummary:
    return PathwaySummary(outcome=answer[0], entries=list(answer[1]))
