"""Previews, page by page, which pathway answers (routes, or why there is none) edits would change. All pages of a
preview use the same instants.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from service.application.amendments import edit_impact
from service.application.disclosures.disclosure_impact import DisclosedAnswersFinder
from service.application.findings import finding_thresholds
from service.application.paging import PagedQuestion, next_cursor, start_page
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.edits import Edit, StatusEdit
from service.graph.protocol import QueryRunner
from service.rules.impact.counters import LISTED_CLASSES, ListedClass, PageWindow
from service.schemas.requests.amendments import ImpactPreviewQuestion
from service.schemas.requests.edits import ImpactQuestion
from service.schemas.responses.impact import Impact
from service.settings import Settings

_LISTED_CLASSES: dict[str, ListedClass] = {name: name for name in LISTED_CLASSES}


def preview_edits(
    graph: QueryRunner,
    resolve_as_of: ResolveAsOf,
    settings: Settings | None,
    question: ImpactQuestion,
    find_disclosures: DisclosedAnswersFinder | None = None,
) -> Impact:
    """Returns a page of the pathway answers that the edits in a request would change. Writes nothing.

    The page has findings (faults in the data) only if `settings` is given. `find_disclosures` adds the answers in the
    disclosure log (what organisations received) that would become untrue.
    """
    edits = [entry_edit.edit for entry_edit in question.edits]
    return edits_page(graph, resolve_as_of, settings, question, edits, "impact", find_disclosures)


def edits_page(
    graph: QueryRunner,
    resolve_as_of: ResolveAsOf,
    settings: Settings | None,
    question: ImpactQuestion | ImpactPreviewQuestion,
    edits: Sequence[Edit | StatusEdit],
    subject: str,
    find_disclosures: DisclosedAnswersFinder | None,
) -> Impact:
    """Returns a page of the pathway answers that the edits given would change. `subject` tells in the page
    cursors which request they belong to, so that another request refuses them.
    """
    thresholds = finding_thresholds(settings) if settings and question.findings else None
    return impact_page(
        resolve_as_of, question, subject,
        lambda as_of, window: edit_impact.edits_impact(
            graph, edits, as_of.at, as_of.known_at, window, thresholds, find_disclosures
        ),
    )  # fmt: skip


def impact_page(
    resolve_as_of: ResolveAsOf,
    question: PagedQuestion,
    subject: str,
    compute: Callable[[AsOf, PageWindow], tuple[Impact, PageWindow | None]],
) -> Impact:
    """Returns one page of the pathway answers that a change of declarations changes, with the cursor of the next page.

    `compute` returns the page that begins at a given position, and the position of the next page, or None after the
    last.
    """
    after, as_of = start_page(question, resolve_as_of, subject)
    impact, following = compute(as_of, page_window(question, after))
    return impact.model_copy(update={"next": cursor_of(question, following, as_of.at, as_of.known_at, subject)})


def page_window(question: PagedQuestion, position: str) -> PageWindow:
    """Returns the rows that a page of an impact shows. `position` is that of its cursor; blank for the first page."""
    begin, _, skip = position.partition(" ")
    return PageWindow(question.limit, _LISTED_CLASSES[begin], int(skip)) if begin else PageWindow(question.limit)


def cursor_of(
    question: PagedQuestion, window: PageWindow | None, at: datetime, known_at: datetime, subject: str
) -> str | None:
    """Builds the cursor of the page of an impact that shows the rows of `window`. Returns None without a page."""
    if window is None:
        return None
    return next_cursor(question, f"{window.begin} {window.skip}", at, known_at, subject)
