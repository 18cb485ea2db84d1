"""Lists the versions of the Central Products List that the service has loaded."""

from datetime import datetime

from service.application.paging import cut_page
from service.domain.clock import Clock, iso
from service.domain.listings import ListVersion
from service.domain.names import list_version_order
from service.errors import KnownAtInFuture
from service.graph.protocol import Runner
from service.repositories import compartments
from service.repositories.list_versions import known_list_versions
from service.schemas.cursor import read_cursor
from service.schemas.requests.queries import KnownAtQuestion
from service.schemas.responses.entries import ListPage

_SUBJECT = "lists"


def get_list_versions(graph: Runner, clock: Clock, question: KnownAtQuestion) -> ListPage:
    """Returns a page of the list versions known at an instant, in the order of their numbers."""
    start = read_cursor(question, _SUBJECT)
    known_at, versions = list_versions_known_at(graph, clock, start.known_at)
    after = list_version_order(start.after) if start.after else None
    rows = [version for version in versions if after is None or version.order > after]
    page = cut_page(question, rows, lambda version: version.number, known_at, known_at, _SUBJECT)
    return ListPage(items=page.items, next=page.next, known_at=known_at)


def list_versions_known_at(
    graph: Runner, clock: Clock, known_at: datetime | None
) -> tuple[datetime, list[ListVersion]]:
    """Returns the recorded time that a question refers to, and the list versions known then; none in an empty graph.

    Raises KnownAtInFuture.
    """
    last = compartments.read_state(graph).recorded
    if known_at and known_at > clock():
        raise KnownAtInFuture(f"known_at is {iso(known_at)}, and now is {iso(clock())}.")
    believed_at = min(known_at or last, last)
    return believed_at, known_list_versions(graph, believed_at)
