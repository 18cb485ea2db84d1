"""Until when an answer holds, a second time: by asking at every later instant at which anything may change."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from service.domain.clock import BEGINNING, END
from tests.unit.oracles.pathway import Oracle
from tests.worlds import World

T = TypeVar("T")


def later_instants(world: World, at: datetime) -> Iterator[datetime]:
    """Every boundary of a fact after an instant, each with the microsecond before it, and some time after the last."""
    for edge in (edge for edge in world.moments if edge > max(at, BEGINNING)):
        yield from (instant for instant in (edge - timedelta.resolution, edge) if instant > at)
    yield END - timedelta(days=1)


def first_difference(
    world: World, at: datetime, answer: Callable[[Oracle], T], through_removed: bool
) -> tuple[datetime, T] | None:
    """The first later instant at which the answer differs, and the answer then."""
    first = answer(Oracle(world, at, through_removed=through_removed))
    answers = (
        (instant, answer(Oracle(world, instant, through_removed=through_removed)))
        for instant in later_instants(world, at)
    )
    return next((later for later in answers if later[1] != first), None)


def pathway_answer(oracle: Oracle, base: str, target: str) -> tuple[str, list[str]]:
    """The outcome of a pathway question, and the entries of the route."""
    outcome = oracle.outcome(base, target)
    return outcome, oracle.preferred(base, target) if outcome == "route" else []
