"""Lists the disclosure log (the record of the answers that organisations received)."""

from service.application.paging import cut_page, read_cursor
from service.domain.clock import Clock
from service.graph.protocol import QueryRunner
from service.repositories import disclosures
from service.rules.permissions import Access
from service.rules.records.disclosure import FIRST_ORDER_KEY, order_key, stored_organisation
from service.schemas.requests.disclosures import DisclosuresQuestion
from service.schemas.responses.disclosures import DisclosureItem, DisclosurePage

_SUBJECT = "disclosures"
_LAST_ORDER_KEY = "~"
"""A sort key after that of every disclosure, whose keys begin with a digit."""


def list_visible_disclosures(
    graph: QueryRunner, clock: Clock, access: Access, question: DisclosuresQuestion
) -> DisclosurePage:
    """Returns a page of the disclosure log as the caller may see it: all of it, or the answers that the caller's own
    organisation received.

    The page is empty for a caller without an organisation, and where the question names another organisation.
    """
    if access.may("disclosures"):
        return list_disclosures(graph, clock, question)
    own = access.caller.organisation
    if not own or question.organisation not in ("", own) or stored_organisation(own) != own:
        return DisclosurePage(items=[], next=None)
    return list_disclosures(graph, clock, question.model_copy(update={"organisation": own}))


def list_disclosures(graph: QueryRunner, clock: Clock, question: DisclosuresQuestion) -> DisclosurePage:
    """Returns a page of the disclosure log (the record of the answers that organisations received), sorted from the
    newest to the oldest.
    """
    start = read_cursor(question, _SUBJECT)
    at = start.at or clock()
    rows = disclosures.list_disclosures(
        graph,
        start.after or _LAST_ORDER_KEY,
        order_key(question.since) if question.since else FIRST_ORDER_KEY,
        question.limit + 1,
        organisation=question.organisation,
        kind=question.kind,
        base=question.from_,
        target=question.to,
    )
    page = cut_page(question, rows, lambda row: row.turn, at, at, _SUBJECT)
    items = [
        DisclosureItem(
            **row.response_fields,
            through_removed=row.through_removed,
            dated=row.dated,
            list_version=row.list_version,
            verdict=row.verdict,
            sha256=row.sha256,
        )
        for row in page.items
    ]
    return DisclosurePage(items=items, next=page.next)
