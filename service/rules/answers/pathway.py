"""Builds the answers: a pathway between two entries, and the entries that can be reached or can reach (design 4)."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import pairwise

from service.rules.answers.question import QuestionContext
from service.rules.answers.reasons import all_reasons, outcome_without_route
from service.rules.answers.warnings import StepContext, step_warnings
from service.rules.pathfinding.bitset import indices
from service.rules.pathfinding.k_shortest import MAX_WORK, further_paths
from service.rules.pathfinding.network import Network
from service.rules.pathfinding.shortest_path import Levels, costs_from
from service.schemas.responses.pathways import Outcome, Pathway, PathwayData, PathwayStep, ReachItem


def build_pathway(
    context: QuestionContext, list_version: str, list_issued: str, alternatives: int = 0, work: int = MAX_WORK
) -> Pathway:
    """Like `build_pathway_data`, but returns the pydantic model."""
    return build_pathway_data(context, list_version, list_issued, alternatives, work).pathway


def build_pathway_data(
    context: QuestionContext, list_version: str, list_issued: str, alternatives: int = 0, work: int = MAX_WORK
) -> PathwayData:
    """The answer to a question: one of the four outcomes, with its steps or its reasons.

    Raises TooMuchWork if the search for the alternatives would examine more than `work` steps.
    """
    outcome = outcome_of(context)
    path = context.path if outcome == "route" else None
    alternative_paths, more = (
        further_paths(context.network, path, context.enterable, alternatives, work)
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
        reasons=all_reasons(context, outcome) if outcome in ("none", "unknown") else [],
        at=context.question.at,
        known_at=context.question.known_at,
        list_version=list_version,
        list_issued=list_issued,
        updated=latest_recorded(context),
    )


def outcome_of(context: QuestionContext) -> Outcome:
    """The outcome of a question: `already-there`, `route`, `none` or `unknown`."""
    if context.start is not None and context.start == context.goal:
        return "already-there"
    return "route" if context.path else outcome_without_route(context)


def _steps(build_step: Callable[[int, int], PathwayStep], path: list[int]) -> list[PathwayStep]:
    return [build_step(base, target) for base, target in pairwise(path)]


def _step(context: QuestionContext, base: int, target: int) -> PathwayStep:
    """A step with its warnings, cached for all pathways that contain the step.

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
        warnings=step_warnings(
            StepContext(context.network, base, target, context.question.through_removed, context.question.at)
        ),
    )


def latest_recorded(context: QuestionContext) -> datetime | None:
    """The latest recorded instant of the facts of base, target and all entries from which the target can be reached."""
    vertices = 0 if context.start is None else 1 << context.start
    if context.goal is not None:
        vertices |= context.network.ancestors(True)[context.goal]
    for recorded, vertices_then in context.network.recorded():
        if vertices & vertices_then:
            return recorded
    return None


def reachable_targets(context: QuestionContext) -> list[ReachItem]:
    """Every entry to which the answer would be a route, with its number of steps."""
    if context.start is None:
        return []
    network = context.network
    return _reach_items(
        network, context.start, costs_from(network.after, network.imageless, context.start, context.enterable)
    )


def reaching_origins(context: QuestionContext) -> list[ReachItem]:
    """Every entry from which the answer would be a route, with its number of steps."""
    if context.goal is None or not context.enterable >> context.goal & 1:
        return []
    return _reach_items(
        context.network,
        context.goal,
        context.network.shortest_paths_to(context.goal, context.question.through_removed).left,
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
