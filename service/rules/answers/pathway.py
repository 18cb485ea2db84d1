"""Builds pathway answers (the route from one entry to another, or why there is none), and lists the entries that one
entry can reach or that can reach it (design 4).
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

from service.domain.clock import Span, midnight
from service.rules.answers.holds_until import ListTakingEffect, pathway_holds_until
from service.rules.answers.question import QuestionContext
from service.rules.answers.reasons import all_reasons
from service.rules.answers.warnings import step_warnings
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.k_shortest_paths import MAX_WORK, find_alternative_paths
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.shortest_path import Levels, costs_from
from service.schemas.responses.pathways import Pathway, PathwayData, PathwayStep, ReachItem


def build_pathway_data(
    context: QuestionContext,
    list_version: str,
    list_issued: str,
    alternatives: int = 0,
    work: int = MAX_WORK,
    *,
    list_taking_effect: ListTakingEffect | None,
) -> PathwayData:
    """Builds a pathway answer: one of the four outcomes, with the steps of the route or the reasons why there is none.

    `list_taking_effect` names the list that begins at an instant. If it is None, the answer does not say until when it
    holds.
    Raises TooMuchWork if the search for alternative routes would examine more than `work` steps.
    """
    outcome = context.outcome
    path = context.path if outcome == "route" else None
    alternative_paths, more = (
        find_alternative_paths(context.network, path, context.enterable, alternatives, work)
        if path and alternatives
        else ([], False)
    )
    build_step = partial(_step, context)
    return PathwayData(
        from_=context.question.base,
        to=context.question.target,
        outcome=outcome,
        steps=_steps(build_step, path or []),
        alternatives=[_steps(build_step, alternative) for alternative in alternative_paths],
        more=more,
        reasons=all_reasons(context) if outcome in ("none", "unknown") else [],
        at=context.question.at,
        known_at=context.question.known_at,
        list_version=list_version,
        list_issued=list_issued,
        updated=latest_recorded(context),
        holds_until=list_taking_effect and pathway_holds_until(context, list_taking_effect),
    )


def _steps(build_step: Callable[[int, int], PathwayStep], path: list[int]) -> list[PathwayStep]:
    return [build_step(base, target) for base, target in pairwise(path)]


def _step(context: QuestionContext, base: int, target: int) -> PathwayStep:
    """Returns a step with its warnings. The network caches the step for all pathways that contain it.

    The warnings depend on the shown entries, the day of the question, and `through_removed`.
    """
    network, question = context.network, context.question
    key = network.shown[base], network.shown[target], question.at.date(), question.through_removed
    step: PathwayStep | None = network.cache.get(key)
    if step is None:
        step = _build_step(context, base, target)
        network.cache.put([key], step, 1)
    return step


def _build_step(context: QuestionContext, base: int, target: int) -> PathwayStep:
    shown = context.network.vertices[target].shown
    return PathwayStep(
        base=context.network.shown[base],
        target=shown.number,
        device_model=shown.device_model[-8:],
        firmware_version=shown.firmware_version,
        image_hash=shown.image_hash or None,
        warnings=step_warnings(context, base, target),
    )


def latest_recorded(context: QuestionContext) -> datetime | None:
    """Returns the latest instant at which the service recorded a fact about the base, the target or an entry that can
    reach the target; None if there is no such fact.
    """
    vertices = 0 if context.start is None else 1 << context.start
    if context.goal is not None:
        vertices |= context.network.ancestors(True)[context.goal]
    for recorded, vertices_then in context.network.latest_recorded():
        if vertices & vertices_then:
            return recorded
    return None


def reachable_targets(context: QuestionContext) -> list[ReachItem]:
    """Returns every entry to which a route leads from the base, with its number of steps."""
    if context.start is None:
        return []
    network = context.network
    return _reach_items(
        network, context.start, costs_from(network.after, network.imageless, context.start, context.enterable)
    )


def reaching_origins(context: QuestionContext) -> list[ReachItem]:
    """Returns every entry from which a route leads to the target, with its number of steps."""
    if context.goal is None or not context.enterable >> context.goal & 1:
        return []
    return _reach_items(
        context.network,
        context.goal,
        context.network.shortest_paths_to(context.goal, context.question.through_removed).levels,
    )


def _reach_items(network: Network, excluded: int, levels: Levels) -> list[ReachItem]:
    items = [
        ReachItem(entry=member.number, steps=steps)
        for (_, steps), level in levels.items()
        for index in indices(level)
        if index != excluded
        for member in network.vertices[index].members
    ]
    return sorted(items, key=lambda item: item.entry)


def answer_validity(context: QuestionContext, answer: Pathway | PathwayData) -> Span:
    """Returns the interval around the instant of the question during which the pathway answer stays the same.

    No fact begins or ends in the interval. It lies within one day, because the rules compare certificate dates with the
    day of the question. An answer with the reason `not-at-this-time` is valid at its own instant only, because the
    nearest time with a route depends on the exact instant.
    """
    at = context.question.at
    if any(reason.code == "not-at-this-time" for reason in answer.reasons):
        return Span(at, at + timedelta.resolution)
    day = midnight(at.date())
    return context.temporal_graph.interval(at).clipped_to(Span(day, day + timedelta(days=1)))
