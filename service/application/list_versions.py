"""The list versions as known at an instant."""

from datetime import datetime

from service.domain.clock import Clock, iso
from service.domain.listings import ListVersion
from service.errors import KnownAtInFuture
from service.graph.protocol import Runner
from service.repositories import compartments
from service.repositories.list_versions import known_list_versions


def list_versions_known_at(
    graph: Runner, clock: Clock, known_at: datetime | None
) -> tuple[datetime, list[ListVersion]]:
    """The recorded instant that answers a question, and the list versions known then; none in an empty graph."""
    last = compartments.read_state(graph).recorded
    if known_at and known_at > clock():
        raise KnownAtInFuture(f"known_at is {iso(known_at)}, and now is {iso(clock())}.")
    believed_at = min(known_at or last, last)
    return believed_at, known_list_versions(graph, believed_at)
