"""Finds the first later instant at which an answer changes, by the facts recorded until the question's `known_at`
(design 4).
"""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from typing import TypeVar

from service.domain.outcomes import ResolveOutcome, Verdict
from service.rules.answers.question import QuestionContext
from service.rules.pathfinding.later_changes import Dependence
from service.rules.pathfinding.possible_paths import possible_origins_of
from service.schemas.responses.holds_until import EffectiveDateCause, HoldsUntil

T = TypeVar("T")

ListTakingEffect = Callable[[datetime], str | None]
"""A function that returns the number of the list version that takes effect at an instant, or None."""


def pathway_holds_until(context: QuestionContext, list_taking_effect: ListTakingEffect) -> HoldsUntil | None:
    """Returns the first later instant at which a pathway question has another outcome or another route, or None."""
    changed = first_change(
        context,
        next_instant=lambda current: next_change(current, route_dependence),
        content=lambda current: (current.outcome, current.route),
        move_to=context.moved_to,
    )
    return end_of_answer(changed.question.at, changed.outcome, list_taking_effect) if changed else None


def end_of_answer(at: datetime, outcome: ResolveOutcome | Verdict, list_taking_effect: ListTakingEffect) -> HoldsUntil:
    """Builds the field `holds_until` of an answer, from the instant and the outcome of the next answer."""
    return HoldsUntil(at=at, outcome=outcome, cause=EffectiveDateCause(list_version=list_taking_effect(at)))


def first_change(
    first: T,
    next_instant: Callable[[T], datetime | None],
    content: Callable[[T], Hashable],
    move_to: Callable[[datetime], T],
) -> T | None:
    """Returns the first later answer whose content differs from that of the answer `first`, or None.

    `next_instant` returns, for an answer, the first later instant at which the content may differ; no instant that it
    passes over may change the content. `move_to` computes the answer at an instant.
    """
    current, at = first, next_instant(first)
    while at is not None:
        current = move_to(at)
        if content(current) != content(first):
            return current
        at = next_instant(current)
    return None


def earliest(instants: Iterable[datetime | None]) -> datetime | None:
    """Returns the earliest of several instants, of which some may be None. Returns None if all are None."""
    return min((instant for instant in instants if instant), default=None)


def next_change(
    context: QuestionContext, dependence_of: Callable[[QuestionContext], Dependence] | None
) -> datetime | None:
    """Returns the first later instant at which facts change that can change the answer to a question, or None.

    `dependence_of` returns the part of the upgrade graph on which the answer depends. If it is None, the answer depends
    on the whole graph.
    """
    changes = context.temporal_graph.later_changes(context.question.at)
    dependence = dependence_of(context) if changes and dependence_of else None
    return next((change.at for change in changes if dependence is None or dependence.affected_by(change)), None)


def route_dependence(context: QuestionContext) -> Dependence:
    """Returns the part of the upgrade graph on which the outcome and the route between two entries depend."""
    start, goal = context.start, context.goal
    if start is None or goal is None:
        return _absence(context)
    if start == goal:
        return Dependence(1 << start)
    if context.path:
        return Dependence(context.network.ancestors(context.question.through_removed)[goal])
    return Dependence(_possible_origins(context, goal) | 1 << start, possible=True)


def plan_step_dependence(context: QuestionContext) -> Dependence:
    """Returns the part of the upgrade graph on which the code of a step of a plan depends. The codes also tell a plan
    in the wrong order, and a base that awaits acceptance.
    """
    start, goal = context.start, context.goal
    if start is None or goal is None:
        return _absence(context)
    opposite = context.network.ancestors(context.question.through_removed)[start]
    return Dependence(_possible_origins(context, goal) | opposite, possible=True)


def _absence(context: QuestionContext) -> Dependence:
    numbers = context.question.base, context.question.target
    return Dependence(0, frozenset(number for number in numbers if number not in context.network.index_of))


def _possible_origins(context: QuestionContext, goal: int) -> int:
    return possible_origins_of(context.network, goal, context.enterable)
