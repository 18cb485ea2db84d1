"""Who was told what, and who is allowed to see it."""

from service.application.amendments.impacts import Limited
from service.domain.clock import Clock
from service.graph.protocol import Runner
from service.repositories import disclosures as store
from service.repositories.disclosures import Heard
from service.rules.permissions import Access
from service.rules.records.disclosure import EVER, turn
from service.schemas.cursor import begun, following
from service.schemas.requests.disclosures import ToldQuestion
from service.schemas.responses.disclosures import ToldAnswer, ToldPage, ToldRow
from service.settings import Settings

_SUBJECT = "told"
_NEWEST = "~"
"""After every turn: they begin with a digit."""


def page(graph: Runner, clock: Clock, asked: ToldQuestion) -> ToldPage:
    """A page of what organisations were told, the newest first."""
    place = begun(asked, _SUBJECT)
    when = place.at or clock()
    found = store.page(
        graph,
        place.after or _NEWEST,
        turn(asked.since) if asked.since else EVER,
        asked.limit + 1,
        organisation=asked.organisation,
        kind=asked.kind,
        base=asked.from_,
        target=asked.to,
    )
    items, more = found[: asked.limit], found[asked.limit :]
    then = following(asked, items[-1].turn, when, when, _SUBJECT) if more else None
    return ToldPage(items=[_shown(row) for row in items], next=then)


def _shown(row: ToldRow) -> ToldAnswer:
    return ToldAnswer(
        **row.shown,
        through_removed=row.through_removed,
        dated=row.dated,
        list_version=row.list_version,
        verdict=row.verdict,
        sha256=row.sha256,
    )


def heard(graph: Runner, settings: Settings, access: Access, asked: Limited) -> Heard | None:
    """What finds out whose answers an impact makes untrue: for the first page, and for those who may see it."""
    return None if asked.cursor or not access.may("told") else store.hearing(graph, settings.obliged, asked.limit)
