"""The answers, put together from the rules: a pathway, and all that can be reached."""

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
    here: QuestionContext, list_version: str, list_issued: str, alternatives: int = 0, work: int = MAX_WORK
) -> Pathway:
    """The answer to a question as a model, see `build_pathway_data`."""
    return build_pathway_data(here, list_version, list_issued, alternatives, work).pathway


def build_pathway_data(
    here: QuestionContext, list_version: str, list_issued: str, alternatives: int = 0, work: int = MAX_WORK
) -> PathwayData:
    """The answer to a question: one of the four outcomes, with its steps or its reasons.

    Raises TooMuchWork where finding the alternatives asked for would take more than `work` steps to look at.
    """
    outcome = outcome_of(here)
    way = here.path if outcome == "route" else None
    ways, more = (
        further_paths(here.network, way, here.enterable, alternatives, work) if way and alternatives else ([], False)
    )
    step = partial(_step, here)
    return PathwayData(
        from_=here.question.base,
        to=here.question.target,
        outcome=outcome,
        steps=_steps(step, way or []),
        alternatives=[_steps(step, other) for other in ways],
        more=more,
        reasons=all_reasons(here, outcome) if outcome in ("none", "unknown") else [],
        at=here.question.at,
        known_at=here.question.known_at,
        list_version=list_version,
        list_issued=list_issued,
        updated=latest_recorded(here),
    )


def outcome_of(here: QuestionContext) -> Outcome:
    """Which of the four it is."""
    if here.start is not None and here.start == here.goal:
        return "already-there"
    return "route" if here.path else outcome_without_route(here)


def _steps(step: Callable[[int, int], PathwayStep], way: list[int]) -> list[PathwayStep]:
    return [step(base, target) for base, target in pairwise(way)]


def _step(here: QuestionContext, base: int, target: int) -> PathwayStep:
    """A step, told once for all pathways that have it. Its warnings depend on the entries that are shown, on the day
    asked of, and on whether removed entries may be stepped to."""
    network, question = here.network, here.question
    key = network.shown[base], network.shown[target], question.at.date(), question.through_removed
    found: PathwayStep | None = network.cache.get(key)
    if found is None:
        found = _told(here, base, target)
        network.cache.put([key], found, 1)
    return found


def _told(here: QuestionContext, base: int, target: int) -> PathwayStep:
    shown = here.network.vertices[target].shown
    return PathwayStep(
        base=here.network.shown[base],
        target=shown.number,
        device_model=shown.device_model[-8:],
        firmware_version=shown.firmware_version,
        image_hash=shown.image_hash or None,
        warnings=step_warnings(
            StepContext(here.network, base, target, here.question.through_removed, here.question.at)
        ),
    )


def latest_recorded(here: QuestionContext) -> datetime | None:
    """The latest recorded instant among the facts of both ends and of all that leads to the target."""
    found = 0 if here.start is None else 1 << here.start
    if here.goal is not None:
        found |= here.network.ancestors(True)[here.goal]
    for when, some in here.network.recorded():
        if found & some:
            return when
    return None


def reachable_targets(here: QuestionContext) -> list[ReachItem]:
    """Every entry to which the answer would be a route, with its number of steps."""
    if here.start is None:
        return []
    network = here.network
    return _items(network, here.start, costs_from(network.after, network.imageless, here.start, here.enterable))


def reaching_origins(here: QuestionContext) -> list[ReachItem]:
    """Every entry from which the answer would be a route, with its number of steps."""
    if here.goal is None or not here.enterable >> here.goal & 1:
        return []
    return _items(
        here.network, here.goal, here.network.shortest_paths_to(here.goal, here.question.through_removed).left
    )


def _items(network: Network, end: int, levels: Levels) -> list[ReachItem]:
    found = [
        ReachItem(entry=member.number, steps=steps)
        for (_, steps), level in levels.items()
        for place in indices(level)
        if place != end
        for member in network.vertices[place].members
    ]
    return sorted(found, key=lambda item: item.entry)
