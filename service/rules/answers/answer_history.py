"""Computes how the answer to a question changed over time: at each instant by the facts recorded until then (design 2).

An answer can change only when facts are recorded, and at the boundaries of the recorded facts (the instants at which a
fact begins or ends in effective time). The rules compute the answer at these instants only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from service.domain.clock import Span
from service.rules.answers.question import Question, QuestionContext
from service.rules.pathfinding.temporal_graph import TemporalGraph
from service.schemas.responses.impact import PathwaySummary


@dataclass(frozen=True)
class RecordedPeriod:
    """A span of recorded time in which the facts around two entries stay the same, with these facts.

    `listed_from` is the instant from which the first list is in force.
    """

    span: Span
    temporal_graph: TemporalGraph
    listed_from: datetime


@dataclass(frozen=True)
class HistoryQuestion:
    """A question about two entries whose answers are compared over time."""

    base: str
    target: str
    through_removed: bool


@dataclass(frozen=True)
class ChangePoint:
    """A change of the answer because facts were recorded (`by_record`), because time passed (`by_time`), or both."""

    at: datetime
    before: PathwaySummary | None
    after: PathwaySummary | None
    by_record: bool
    by_time: bool


@dataclass(frozen=True)
class HistoryPoint:
    """The answer at one examined instant, and its difference from the answer before, or None."""

    at: datetime
    answer: PathwaySummary | None
    change: ChangePoint | None


def answer_timeline(
    periods: Iterable[RecordedPeriod], question: HistoryQuestion, since: datetime, until: datetime
) -> Iterator[HistoryPoint]:
    """Yields the answer at `since`, and at every later instant up to `until` at which the answer can change.

    The periods follow each other without a gap. The first contains `since`, or is the first period recorded at all; in
    this case the timeline begins with this period.
    """
    previous_period: RecordedPeriod | None = None
    before: PathwaySummary | None = None
    for period in periods:
        for at in _instants(period, since, until):
            after = answer_at(period, question, at)
            change = None
            if at > since and after != before:
                unrecorded = (
                    (answer_at(previous_period, question, at) if previous_period else None)
                    if at == period.span.start
                    else after
                )
                change = ChangePoint(at, before, after, after != unrecorded, unrecorded != before)
            yield HistoryPoint(at, after, change)
            before = after
        previous_period = period


def answer_at(period: RecordedPeriod, question: HistoryQuestion, at: datetime) -> PathwaySummary | None:
    """Returns a summary of the answer at an instant, or None before the first list, or if no list has one of the
    entries.
    """
    if at < period.listed_from or not {question.base, question.target} <= period.temporal_graph.entries:
        return None
    dated = Question(question.base, question.target, at, period.span.start, question.through_removed)
    context = QuestionContext(dated, period.temporal_graph)
    return PathwaySummary(
        outcome=context.outcome, entries=context.numbers(context.path or []) if context.outcome == "route" else []
    )


def _instants(period: RecordedPeriod, since: datetime, until: datetime) -> list[datetime]:
    first = max(period.span.start, since)
    later = {
        boundary for boundary in (*period.temporal_graph.boundaries, period.listed_from) if first < boundary <= until
    }
    return sorted(at for at in {first, *later} if period.span.contains(at))
