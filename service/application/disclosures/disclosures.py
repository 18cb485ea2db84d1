"""Who was told what, and who is allowed to see it."""

from service.application.amendments.impacts import LimitedQuestion
from service.application.disclosures.disclosure_impact import DisclosureImpactFinder, make_impact_finder
from service.domain.clock import Clock
from service.graph.protocol import Runner
from service.repositories import disclosures as store
from service.rules.permissions import Access
from service.rules.records.disclosure import FIRST_ORDER_KEY, order_key
from service.schemas.cursor import next_cursor, read_cursor
from service.schemas.requests.disclosures import DisclosuresQuestion
from service.schemas.responses.disclosures import DisclosureItem, DisclosurePage, DisclosureRow
from service.settings import Settings

_SUBJECT = "disclosures"
_NEWEST = "~"
"""After every turn: they begin with a digit."""


def list_disclosures(graph: Runner, clock: Clock, asked: DisclosuresQuestion) -> DisclosurePage:
    """A page of what organisations were told, the newest first."""
    place = read_cursor(asked, _SUBJECT)
    when = place.at or clock()
    found = store.list_disclosures(
        graph,
        place.after or _NEWEST,
        order_key(asked.since) if asked.since else FIRST_ORDER_KEY,
        asked.limit + 1,
        organisation=asked.organisation,
        kind=asked.kind,
        base=asked.from_,
        target=asked.to,
    )
    items, more = found[: asked.limit], found[asked.limit :]
    then = next_cursor(asked, items[-1].turn, when, when, _SUBJECT) if more else None
    return DisclosurePage(items=[_shown(row) for row in items], next=then)


def _shown(row: DisclosureRow) -> DisclosureItem:
    return DisclosureItem(
        **row.response_fields,
        through_removed=row.through_removed,
        dated=row.dated,
        list_version=row.list_version,
        verdict=row.verdict,
        sha256=row.sha256,
    )


def impact_finder(
    graph: Runner, settings: Settings, access: Access, asked: LimitedQuestion
) -> DisclosureImpactFinder | None:
    """What finds out whose answers an impact makes untrue: for the first page, and for those who may see it."""
    return (
        None
        if asked.cursor or not access.may("disclosures")
        else make_impact_finder(graph, settings.obliged_device_types, asked.limit)
    )
