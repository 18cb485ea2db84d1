"""List versions, and the moment a question is asked of."""

from collections.abc import Callable, Sequence
from datetime import datetime

from service.domain.as_of import AsOf, list_in_force, resolve_known_at
from service.domain.clock import Clock, iso
from service.domain.listings import ListVersion
from service.errors import KnownAtInFuture
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories import compartments
from service.repositories.compartments import Compartment

KNOWN = Query("list/known", ListVersion)


def known_list_versions(graph: Runner, known_at: datetime) -> list[ListVersion]:
    """The list versions known at a recorded instant, in list order."""
    return graph.rows(KNOWN, known_at=known_at)


def resolve_as_of(
    now: datetime,
    last: Compartment,
    lists: Callable[[datetime], Sequence[ListVersion]],
    at: datetime | None,
    known_at: datetime | None,
) -> AsOf:
    """The instants as of which a question is answered (design 2).

    Without `known_at` it is the last committed instant, and a later one is brought down to it. `at` is what was
    given, else the `known_at` given, else now.
    """
    effective = at or known_at or now
    believed = resolve_known_at(now, last.recorded, known_at)
    return AsOf(effective, believed, list_in_force(lists(believed), effective, believed))


def list_versions_known_at(
    graph: Runner, clock: Clock, known_at: datetime | None
) -> tuple[datetime, list[ListVersion]]:
    """The recorded instant that answers, and the list versions known at it. An empty graph has none."""
    last = compartments.read_state(graph).recorded
    if known_at and known_at > clock():
        raise KnownAtInFuture(f"known_at is {iso(known_at)}, and now is {iso(clock())}.")
    believed = min(known_at or last, last)
    return believed, known_list_versions(graph, believed)
