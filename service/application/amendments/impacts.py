"""Impacts, page by page: the cursor says where a page begins, and as of which instants all of them are."""

from collections.abc import Callable
from typing import Protocol

from service.application.amendments import edit_impact
from service.domain.as_of import AsOf, ResolveAsOf
from service.graph.protocol import Runner
from service.repositories.disclosures import DisclosureImpactFinder
from service.repositories.overview import finding_standards
from service.rules.impact.counters import LISTED_CLASSES, ListedClass, PageWindow
from service.schemas.cursor import PagedQuestion, next_cursor, read_cursor
from service.schemas.requests.edits import ImpactQuestion
from service.schemas.responses.impact import Impact
from service.settings import Settings

_KINDS: dict[str, ListedClass] = {kind: kind for kind in LISTED_CLASSES}


class LimitedQuestion(PagedQuestion, Protocol):
    """A question of which a page may be asked."""

    @property
    def limit(self) -> int:
        """Most differences of a page."""


def preview_edits(
    graph: Runner,
    settle: ResolveAsOf,
    settings: Settings | None,
    asked: ImpactQuestion,
    heard: DisclosureImpactFinder | None = None,
) -> Impact:
    """A page of what edits would do; nothing is written. Without settings findings are left out."""
    edits = [sent.edit for sent in asked.edits]
    by = finding_standards(settings) if settings and asked.findings else None
    return impact_page(
        settle, asked, "impact",
        lambda when, window: edit_impact.edits_impact(graph, edits, when.at, when.known_at, window, by, heard),
    )  # fmt: skip


def impact_page(
    settle: ResolveAsOf,
    asked: LimitedQuestion,
    subject: str,
    find: Callable[[AsOf, PageWindow], tuple[Impact, PageWindow | None]],
) -> Impact:
    """A page of an impact, with the cursor of the next."""
    place = read_cursor(asked, subject)
    when = settle(place.at, place.known_at)
    begin, _, skip = place.after.partition(" ")
    found, then = find(when, PageWindow(asked.limit, _KINDS[begin], int(skip)) if begin else PageWindow(asked.limit))
    if then is None:
        return found
    after = f"{then.begin} {then.skip}"
    return found.model_copy(update={"next": next_cursor(asked, after, when.at, when.known_at, subject)})
