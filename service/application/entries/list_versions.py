"""The versions of the published list that the graph knows."""

from service.application.paging import cut_page
from service.domain.clock import Clock
from service.domain.listings import ListPage
from service.domain.names import list_version_order
from service.graph.protocol import Runner
from service.repositories import list_versions
from service.schemas.cursor import read_cursor
from service.schemas.requests.queries import KnownAtQuestion

_SUBJECT = "lists"


def get_list_versions(graph: Runner, clock: Clock, question: KnownAtQuestion) -> ListPage:
    """A page of the list versions known, in list order."""
    start = read_cursor(question, _SUBJECT)
    known_at, versions = list_versions.list_versions_known_at(graph, clock, start.known_at)
    after = list_version_order(start.after) if start.after else None
    rows = [version for version in versions if after is None or version.order > after]
    page = cut_page(question, rows, lambda version: version.number, known_at, known_at, _SUBJECT)
    return ListPage(items=page.items, next=page.next, known_at=known_at)
