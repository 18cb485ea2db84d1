"""Pathways, and all that can be reached, as of both clocks."""

from collections.abc import Callable

from service.application.pathways.graph_cache import Memory
from service.domain.as_of import Moment
from service.domain.clock import Span
from service.rules.answers import pathway as answer
from service.rules.answers.validity import lasting as stretch
from service.schemas.responses.pathways import Pathway, Plain, ReachItem


def pathway(
    memory: Memory, moment: Moment, base: str, target: str, through_removed: bool, alternatives: int = 0
) -> Pathway:
    """How to get from one entry to another, or the exact reasons why not.

    Raises EntryUnknown for a number that no list known at the moment has, and TooMuchWork for alternatives that would
    take too much work to find.
    """
    return plain(memory, moment, base, target, through_removed, alternatives).pathway


def plain(
    memory: Memory, moment: Moment, base: str, target: str, through_removed: bool, alternatives: int = 0
) -> Plain:
    """The same without a model."""
    here = memory.setting(moment, base, target, through_removed)
    return answer.plain(here, moment.list.number, moment.list.issued, alternatives, memory.work)


def lasting(
    memory: Memory, moment: Moment, base: str, target: str, through_removed: bool, alternatives: int = 0
) -> tuple[Plain, Span]:
    """The same, with the stretch of time over which, as known then, it is answered alike but for its `at`."""
    here = memory.setting(moment, base, target, through_removed)
    found = answer.plain(here, moment.list.number, moment.list.issued, alternatives, memory.work)
    return found, stretch(here, found).within(memory.in_force(moment))


def targets(memory: Memory, moment: Moment, entry: str, through_removed: bool) -> list[ReachItem]:
    """All entries to which there is a route."""
    return answer.targets(memory.setting(moment, entry, entry, through_removed))


def origins(memory: Memory, moment: Moment, entry: str, through_removed: bool) -> list[ReachItem]:
    """All entries from which there is a route."""
    return answer.all_origins(memory.setting(moment, entry, entry, through_removed))


Reach = Callable[[Memory, Moment, str, bool], list[ReachItem]]
