"""Pathways, and all that can be reached, as of both clocks."""

from collections.abc import Callable

from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf
from service.domain.clock import Span
from service.rules.answers import pathway as answer
from service.rules.answers.validity import answer_validity as stretch
from service.schemas.responses.pathways import Pathway, PathwayData, ReachItem


def find_pathway(
    memory: GraphCache, moment: AsOf, base: str, target: str, through_removed: bool, alternatives: int = 0
) -> Pathway:
    """How to get from one entry to another, or the exact reasons why not.

    Raises EntryNotFound for a number that no list known at the moment has, and TooMuchWork for alternatives that would
    take too much work to find.
    """
    return find_pathway_data(memory, moment, base, target, through_removed, alternatives).pathway


def find_pathway_data(
    memory: GraphCache, moment: AsOf, base: str, target: str, through_removed: bool, alternatives: int = 0
) -> PathwayData:
    """The same without a model."""
    here = memory.question_context(moment, base, target, through_removed)
    return answer.build_pathway_data(here, moment.list.number, moment.list.issued, alternatives, memory.work)


def find_timed_pathway_data(
    memory: GraphCache, moment: AsOf, base: str, target: str, through_removed: bool, alternatives: int = 0
) -> tuple[PathwayData, Span]:
    """The same, with the stretch of time over which, as known then, it is answered alike but for its `at`."""
    here = memory.question_context(moment, base, target, through_removed)
    found = answer.build_pathway_data(here, moment.list.number, moment.list.issued, alternatives, memory.work)
    return found, stretch(here, found).clipped_to(memory.in_force(moment))


def reachable_targets(memory: GraphCache, moment: AsOf, entry: str, through_removed: bool) -> list[ReachItem]:
    """All entries to which there is a route."""
    return answer.reachable_targets(memory.question_context(moment, entry, entry, through_removed))


def reaching_origins(memory: GraphCache, moment: AsOf, entry: str, through_removed: bool) -> list[ReachItem]:
    """All entries from which there is a route."""
    return answer.reaching_origins(memory.question_context(moment, entry, entry, through_removed))


ReachFunction = Callable[[GraphCache, AsOf, str, bool], list[ReachItem]]
