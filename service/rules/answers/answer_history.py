"""How an answer changed: what would have been told at each instant, by what was believed then (design 2).

Between two recorded instants nothing else is believed, and between two edges of what is believed nothing else holds:
so the answer can change at these instants alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from service.domain.clock import Span
from service.rules.answers.pathway import outcome_of
from service.rules.answers.question import Question, QuestionContext
from service.rules.pathfinding.temporal_graph import TemporalGraph
from service.schemas.responses.impact import PathwaySummary


@dataclass(frozen=True)
class RecordedPeriod:
    """What is believed around two entries over a stretch of recorded time; `listed_from`: since when any list holds."""

    span: Span
    temporal_graph: TemporalGraph
    listed_from: datetime


@dataclass(frozen=True)
class HistoryQuestion:
    """The question whose answer may change."""

    base: str
    target: str
    through_removed: bool


@dataclass(frozen=True)
class ChangePoint:
    """An answer that is another from an instant on: since something was recorded, or by the passing of time."""

    at: datetime
    before: PathwaySummary | None
    after: PathwaySummary | None
    by_record: bool
    by_time: bool


@dataclass(frozen=True)
class HistoryPoint:
    """How far was looked, and what was seen there: the answer, and the change that it is, if it is one."""

    at: datetime
    answer: PathwaySummary | None
    change: ChangePoint | None


def answer_timeline(
    epochs: Iterable[RecordedPeriod], asked: HistoryQuestion, since: datetime, until: datetime
) -> Iterator[HistoryPoint]:
    """The answer at `since`, where anything was believed then, and after it at every instant at which it may change.

    The epochs follow each other; the first is that of `since`, or the first there is.
    """
    old: RecordedPeriod | None = None
    before: PathwaySummary | None = None
    for epoch in epochs:
        for at in _instants(epoch, since, until):
            after = answer_at(epoch, asked, at)
            change = None
            if at > since and after != before:
                unrecorded = (answer_at(old, asked, at) if old else None) if at == epoch.span.start else after
                change = ChangePoint(at, before, after, after != unrecorded, unrecorded != before)
            yield HistoryPoint(at, after, change)
            before = after
        old = epoch


def answer_at(epoch: RecordedPeriod, asked: HistoryQuestion, at: datetime) -> PathwaySummary | None:
    """The answer in short; None where there is none, since no list holds yet or none has one of the entries."""
    if at < epoch.listed_from or not {asked.base, asked.target} <= epoch.temporal_graph.entries:
        return None
    question = Question(asked.base, asked.target, at, epoch.span.start, asked.through_removed)
    here = QuestionContext(question, epoch.temporal_graph)
    outcome = outcome_of(here)
    return PathwaySummary(outcome=outcome, entries=here.numbers(here.path or []) if outcome == "route" else [])


def _instants(epoch: RecordedPeriod, since: datetime, until: datetime) -> list[datetime]:
    first = max(epoch.span.start, since)
    later = {edge for edge in (*epoch.temporal_graph.boundaries, epoch.listed_from) if first < edge <= until}
    return sorted(at for at in {first, *later} if epoch.span.contains(at))
