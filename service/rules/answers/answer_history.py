"""Computes how a pathway answer (the route between two entries, or why there is none) changed over time: at each
instant, by the facts that the service had recorded until then (design 2).

An answer can change only when the service records facts, and at the boundaries of these facts (the instants at which a
fact begins or ends in the world). The rules compute the answer at these instants only.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from service.domain.clock import Span
from service.rules.answers.question import Question, QuestionContext
from service.rules.pathfinding.temporal_graph import TemporalGraph
from service.schemas.responses.impact import PathwaySummary


@dataclass(frozen=True)
class UnchangedPeriod:
    """A period during which the service recorded no new fact around two entries, with the facts recorded until then.

    `listed_from` is the instant from which the first list is in force.
    """

    span: Span
    temporal_graph: TemporalGraph
    listed_from: datetime


@dataclass(frozen=True)
class AnswerHistoryQuestion:
    """A base and a target entry whose pathway answers (the route, or why there is none) are compared over time."""

    base: str
    target: str
    through_removed: bool


@dataclass(frozen=True)
class ChangePoint:
    """A change of a pathway answer because the service recorded facts (`by_record`), because time passed (`by_time`),
    or because of both.
    """

    at: datetime
    before: PathwaySummary | None
    after: PathwaySummary | None
    by_record: bool
    by_time: bool


@dataclass(frozen=True)
class HistoryPoint:
    """The pathway answer at one instant, and how it differs from the answer at the instant before (None for the first
    instant).
    """

    at: datetime
    answer: PathwaySummary | None
    change: ChangePoint | None


def answer_timeline(
    periods: Iterable[UnchangedPeriod], question: AnswerHistoryQuestion, since: datetime
) -> Iterator[HistoryPoint]:
    """Yields the pathway answer at `since`, and at each later instant at which the answer can change, also if that
    instant is still to come.

    The periods given follow each other without a gap. If no period contains `since`, the timeline begins with the first
    period.
    """
    previous_period: UnchangedPeriod | None = None
    before: PathwaySummary | None = None
    for period in periods:
        for at in _instants(period, since):
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


def answer_at(period: UnchangedPeriod, question: AnswerHistoryQuestion, at: datetime) -> PathwaySummary | None:
    """Returns a summary of the pathway answer at an instant. Returns None before the first list, and if no list has one
    of the two entries.
    """
    if at < period.listed_from or not {question.base, question.target} <= period.temporal_graph.entries:
        return None
    dated = Question(question.base, question.target, at, period.span.start, question.through_removed)
    context = QuestionContext(dated, period.temporal_graph)
    return PathwaySummary(outcome=context.outcome, entries=context.route)


def _instants(period: UnchangedPeriod, since: datetime) -> list[datetime]:
    first = max(period.span.start, since)
    later = {boundary for boundary in (*period.temporal_graph.boundaries, period.listed_from) if first < boundary}
    return sorted(at for at in {first, *later} if period.span.contains(at))
