"""Computes every pathway answer (the route between two entries, or why there is none) that a change of facts alters,
now and at each later instant at which it may differ (design 5).
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service.domain.clock import iso
from service.domain.work import check_work
from service.rules.facts.changeset import ChangeSet
from service.rules.facts.grouped_facts import Facts
from service.rules.impact.affected_models import affected_model_groups, changed_entries
from service.rules.impact.comparison import PairDifference, SnapshotComparison
from service.rules.impact.counters import DifferenceCounters, PageWindow
from service.rules.impact.group_comparison import GroupComparison
from service.rules.impact.summary_text import SummaryBuilder
from service.rules.pathfinding.bitset import indices
from service.schemas.responses.impact import (
    BaseEntrySet,
    ImpactClass,
    NewlyStrandedEntry,
    PairChange,
    PathwaySummary,
    ReachabilityKnowledgeChange,
)


@dataclass
class ImpactDifferences:
    """The differences between the pathway answers before and after a change of facts: counts, one page of rows, data
    for the summary, and dates.

    `now` is the instant of the question. `dates` are the instants at which the rules compared answers.
    """

    now: datetime
    counters: DifferenceCounters[Any]
    summary: SummaryBuilder = field(default_factory=SummaryBuilder)
    dates: set[datetime] = field(default_factory=set)

    def id(self, edits: Iterable[str]) -> str:
        """Returns the id of an impact: the SHA-256 of the lines that describe the edits, of the dates and of all
        differences.

        The present instant is not part of the id, so the same impact has the same id a minute later.
        """
        dates = [self.instant_label(date) for date in sorted(self.dates)]
        return hashlib.sha256("\n".join([*edits, *dates, *self.counters.digest_lines]).encode()).hexdigest()

    def instant_label(self, at: datetime) -> str:
        """Returns an instant as text for the digest of an impact: "now" for the present instant, otherwise the ISO date
        and time.
        """
        return "now" if at == self.now else iso(at)


def find_differences(
    before: Facts, after: Facts, changes: ChangeSet, now: datetime, window: PageWindow
) -> ImpactDifferences:
    """Compares the pathway answers for all pairs of entries that a change of facts can affect, at each instant at which
    they may differ.
    """
    result, edited = ImpactDifferences(now, DifferenceCounters(window), dates={now}), changed_entries(changes)
    groups = [GroupComparison(before, after, group, now) for group in affected_model_groups(before, after, edited)]
    for at in sorted({now}.union(*(group.dates for group in groups))):
        if any([group.move_to(at) for group in groups]) or at == now:  # a list: each group moves
            comparisons = [group.comparison for group in groups]
            result.dates.add(at)
            _add_pairs(result, at, comparisons)
            _add_targets(result, at, comparisons)
    result.summary.add_device_models(*(row.device_model for entry in edited for row in after.revisions.get(entry, ())))
    return result


def _entries_in_order(comparisons: Sequence[SnapshotComparison]) -> list[tuple[str, int, SnapshotComparison]]:
    """Returns (entry number, place, comparison) for every entry of all comparisons, sorted by entry number."""
    return sorted(
        ((number, place, comparison) for comparison in comparisons for place, number in enumerate(comparison.numbers)),
        key=lambda row: row[0],
    )


def _add_pairs(result: ImpactDifferences, at: datetime, comparisons: Sequence[SnapshotComparison]) -> None:
    """Adds the differing answers and the newly stranded entries of all comparisons at one instant to the result."""
    for comparison in comparisons:
        for entry in comparison.changed_entries:
            result.summary.add_steps(comparison.before.steps_into(entry), comparison.after.steps_into(entry))
    label = result.instant_label(at)
    for number, place, comparison in _entries_in_order(comparisons):
        check_work()
        targets: dict[ImpactClass, int] = defaultdict(int)
        for pair in comparison.pairs(place):
            result.counters.add(pair.kind, (at, pair), _digest_lines(label, pair))
            result.summary.add_pair(pair.kind, pair.base, pair.target)
            targets[pair.kind] |= 1 << comparison.place[pair.target]
        for kind, members in targets.items():
            result.counters.count(kind, at, number, members)
            result.summary.add_device_models(*(comparison.device_models[other] for other in indices(members)))
        if targets:
            result.summary.add_device_models(comparison.device_models[place])
        if comparison.stranded(place):
            result.counters.add("stranded", NewlyStrandedEntry(entry=number, at=at), [label, number])
            result.counters.count("stranded", at, number)
            result.summary.add_entry("stranded", number)


def _digest_lines(at: str, pair: PairDifference) -> tuple[str, str, str]:
    """Returns the lines that stand for one differing answer in the digest of the impact."""
    before, after = (f"{outcome} {' '.join(entries)}" for outcome, entries in (pair.before, pair.after))
    return f"{at} {pair.base} {pair.target}", before, after


def _add_targets(result: ImpactDifferences, at: datetime, comparisons: Sequence[SnapshotComparison]) -> None:
    """Adds the targets whose outcome changes between `none` and `unknown`: a row for each device model."""
    for number, place, comparison in _entries_in_order(comparisons):
        check_work()
        kinds: tuple[ImpactClass, ImpactClass] = ("now-unknown", "now-known")
        for kind, mask in zip(kinds, comparison.unknown(place), strict=True):
            for row, bases in _rows_by_model(comparison, number, place, at, mask):
                lines = [
                    f"{result.instant_label(at)} {row.to} {row.from_.device_model}",
                    str(row.count),
                    *row.from_.except_,
                ]
                result.counters.add(kind, row, lines)
                result.counters.count(kind, at, number, bases)
                result.summary.add_entry(kind, number)
                result.summary.add_device_models(comparison.device_models[place], row.from_.device_model)


def _rows_by_model(
    comparison: SnapshotComparison, number: str, place: int, at: datetime, mask: int
) -> Iterator[tuple[ReachabilityKnowledgeChange, int]]:
    """Yields, for each device model that has bases in `mask`, a row and these bases as a bit set: the bases of one
    target whose outcome changes.
    """
    for model, entries in comparison.models.items() if mask else ():
        bases = mask & entries
        if bases:
            others = entries & ~bases & ~(1 << place)
            origins = BaseEntrySet(device_model=model, except_=[comparison.numbers[other] for other in indices(others)])
            yield ReachabilityKnowledgeChange(to=number, at=at, from_=origins, count=bases.bit_count()), bases


def response_row(row: Any) -> Any:
    """Returns a difference as the response lists it: a PairChange for an (instant, PairDifference). Returns any other
    difference as it is.
    """
    if not isinstance(row, tuple):
        return row
    at, pair = row
    before, after = (
        PathwaySummary(outcome=outcome, entries=list(entries)) for outcome, entries in (pair.before, pair.after)
    )
    return PairChange(from_=pair.base, to=pair.target, at=at, before=before, after=after)
