"""Lists the versions of the Central Products List that the service has loaded."""

from service.application.paging import cut_page, read_cursor
from service.domain.clock import Clock, iso
from service.domain.names import list_version_order
from service.errors import KnownAtInFuture
from service.graph.protocol import Runner
from service.repositories import compartments
from service.repositories.list_versions import known_list_versions
from service.schemas.requests.queries import KnownAtQuestion
from service.schemas.responses.entries import ListPage

_SUBJECT = "lists"


def get_list_versions(graph: Runner, clock: Clock, question: KnownAtQuestion) -> ListPage:
    """Returns a page of the list versions that the service had loaded by an instant, in the order of versions. Raises
    KnownAtInFuture.
    """
    start = read_cursor(question, _SUBJECT)
    last, now = compartments.read_state(graph).recorded, clock()
    if start.known_at and start.known_at > now:
        raise KnownAtInFuture(f"known_at is {iso(start.known_at)}, and now is {iso(now)}.")
    known_at = min(start.known_at or last, last)
    after = list_version_order(start.after) if start.after else None
    rows = [version for version in known_list_versions(graph, known_at) if after is None or version.order > after]
    page = cut_page(question, rows, lambda version: version.number, known_at, known_at, _SUBJECT)
    return ListPage(items=page.items, next=page.next, known_at=known_at)
