"""Lists the changes of a pathway answer over time, in pages.

Each page begins where the page before ended, and fetches a limited number of rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from service.application.paging import start_page
from service.application.pathways.belief_history import BeliefHistory
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import ResolveAsOf
from service.domain.clock import BEGINNING, iso, parse_instant
from service.errors import InvalidQuestion
from service.rules.answers.answer_history import ChangePoint, HistoryPoint, HistoryQuestion, answer_timeline
from service.schemas.cursor import next_cursor
from service.schemas.requests.answer_history import ChangesQuestion
from service.schemas.responses.answer_history import ChangesPage
from service.schemas.responses.impact import PathwaySummary

_SUBJECT = "changes"
_MAX_ROWS = 300_000  # fetched for one page: takes a few seconds


@dataclass
class _Page:
    """The changes collected for a page, and the latest answer computed."""

    changes: list[ChangePoint] = field(default_factory=list)
    answer: PathwaySummary | None = None
    ended: datetime | None = None
    """The instant at which the next page continues; None where this page reaches the end of the history."""

    def collect(self, points: Iterable[HistoryPoint], limit: int, history: BeliefHistory) -> None:
        """Collects changes until there are more than `limit`, or until the history has fetched too many rows for one
        page.
        """
        for point in points:
            if point.change and len(self.changes) == limit:
                self.ended = self.changes[-1].at
                return
            self.changes += [point.change] if point.change else []
            self.answer = point.answer
            if history.fetched > _MAX_ROWS and history.periods_seen > 2:
                self.ended = point.at
                return


def list_changes(cache: GraphCache, resolve_as_of: ResolveAsOf, question: ChangesQuestion) -> ChangesPage:
    """Returns a page of the changes of a pathway answer. The answer at an instant is the one by the facts known at that
    instant.

    Raises InvalidQuestion where `since` is later than `at`, and EntryNotFound for a number that no known list has.
    """
    after, as_of = start_page(question, resolve_as_of, _SUBJECT)
    since = parse_instant(after) if after else question.since or BEGINNING
    if since > as_of.at:
        fault = f"since is {iso(since)}, and now is {iso(as_of.at)}"
        raise InvalidQuestion(f"since: {fault}", errors=[{"where": "since", "detail": fault}])
    pair = HistoryQuestion(question.from_, question.to, question.through_removed)
    history, page = BeliefHistory(cache, as_of, pair), _Page()
    page.collect(answer_timeline(history.periods(since), pair, since, as_of.at), question.limit, history)
    return ChangesPage(
        from_=question.from_,
        to=question.to,
        since=question.since,
        before=page.changes[0].before if page.changes else page.answer,
        items=history.with_causes(page.changes),
        next=next_cursor(question, iso(page.ended), as_of.at, as_of.known_at, _SUBJECT) if page.ended else None,
        **as_of.response_fields,
    )
