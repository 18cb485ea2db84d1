"""Shows the versions of the Central Products List that the service has loaded, and the impact of each."""

from datetime import datetime

from service.application.amendments.edit_impact import transaction_impact
from service.application.amendments.impacts import impact_page
from service.application.disclosures.disclosure_impact import DisclosedAnswersFinder
from service.application.paging import cut_page, read_cursor
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.clock import Clock, iso
from service.domain.names import list_version_order
from service.errors import KnownAtInFuture
from service.graph.protocol import QueryRunner
from service.repositories import compartments, list_versions
from service.rules.impact.counters import PageWindow
from service.rules.impact.edits import list_digest_line
from service.schemas.requests.amendments import RecordedImpactQuestion
from service.schemas.requests.queries import KnownAtQuestion, RecordedAsOfQuestion
from service.schemas.responses.entries import ListPage, LoadedList
from service.schemas.responses.impact import Impact

_SUBJECT = "lists"


def get_list_versions(graph: QueryRunner, clock: Clock, question: KnownAtQuestion) -> ListPage:
    """Returns a page of the list versions that the service had loaded by an instant, in the order of versions. Raises
    KnownAtInFuture.
    """
    start = read_cursor(question, _SUBJECT)
    known_at = _resolve_known_at(graph, clock, start.known_at)
    after = list_version_order(start.after) if start.after else None
    rows = [
        version
        for version in list_versions.known_list_versions(graph, known_at)
        if after is None or version.order > after
    ]
    page = cut_page(question, rows, lambda version: version.number, known_at, known_at, _SUBJECT)
    return ListPage(items=page.items, next=page.next, known_at=known_at)


def get_list_version(graph: QueryRunner, clock: Clock, question: RecordedAsOfQuestion, number: str) -> LoadedList:
    """Returns the list version with the number given, as recorded by an instant. Raises ListNotFound and
    KnownAtInFuture.
    """
    known_at = _resolve_known_at(graph, clock, question.known_at)
    version = list_versions.get_list_version(graph, number, known_at)
    return LoadedList(**version.model_dump(), known_at=known_at)


def list_impact(
    graph: QueryRunner,
    resolve_as_of: ResolveAsOf,
    question: RecordedImpactQuestion,
    number: str,
    find_disclosures: DisclosedAnswersFinder | None = None,
) -> Impact:
    """Returns a page of the pathway answers (routes, or why there is none) that the loading of a list version changed.

    The `known_at` of the question selects an earlier recording of a list version that was corrected since. With
    `find_disclosures` the page also has the answers in the disclosure log (what each organisation received) that became
    untrue. Raises ListNotFound.
    """

    def compute(as_of: AsOf, window: PageWindow) -> tuple[Impact, PageWindow | None]:
        version = list_versions.get_list_version(graph, number, as_of.known_at)
        line = list_digest_line(version.number, version.sha256)
        return transaction_impact(graph, version.recorded, line, window, find_disclosures)

    return impact_page(resolve_as_of, question, f"impact of list {number}", compute)


def _resolve_known_at(graph: QueryRunner, clock: Clock, known_at: datetime | None) -> datetime:
    """Returns the instant up to which recorded list versions count, also in an empty graph. Raises KnownAtInFuture."""
    last, now = compartments.read_state(graph).recorded, clock()
    if known_at and known_at > now:
        raise KnownAtInFuture(f"known_at is {iso(known_at)}, and now is {iso(now)}.")
    return min(known_at or last, last)
