"""How an answer changed, in pages: each begins where the one before ended, and looks at a bounded part of the past."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from service.application.pathways.belief_history import BeliefHistory
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import ResolveAsOf
from service.domain.clock import BEGINNING, iso, parse_instant
from service.errors import InvalidQuestion
from service.rules.answers.answer_history import ChangePoint, HistoryPoint, HistoryQuestion, answer_timeline
from service.schemas.cursor import next_cursor, read_cursor
from service.schemas.requests.answer_history import ChangesQuestion
from service.schemas.responses.answer_history import ChangesPage
from service.schemas.responses.impact import PathwaySummary

_SUBJECT = "changes"
_MOST_ROWS = 300_000  # of what was believed, for one page: a few seconds' fetching


@dataclass
class _Page:
    """What was looked at for a page."""

    changes: list[ChangePoint] = field(default_factory=list)
    answer: PathwaySummary | None = None
    ended: datetime | None = None
    """How far was looked, where there may be more."""

    def look(self, seen: Iterable[HistoryPoint], limit: int, past: BeliefHistory) -> None:
        """Takes in up to `limit` changes, and looks at no more of the past than a page may."""
        for one in seen:
            if one.change and len(self.changes) == limit:
                self.ended = self.changes[-1].at
                return
            self.changes += [one.change] if one.change else []
            self.answer = one.answer
            if past.fetched > _MOST_ROWS and past.epochs_seen > 2:
                self.ended = one.at
                return


def list_changes(memory: GraphCache, settle: ResolveAsOf, asked: ChangesQuestion) -> ChangesPage:
    """A page of the changes of what would have been told: at each instant, by what was known then."""
    place = read_cursor(asked, _SUBJECT)
    when = settle(place.at, place.known_at)
    since = parse_instant(place.after) if place.after else asked.since or BEGINNING
    if since > when.at:
        fault = f"since is {iso(since)}, and now is {iso(when.at)}"
        raise InvalidQuestion(f"since: {fault}", errors=[{"where": "since", "detail": fault}])
    question = HistoryQuestion(asked.from_, asked.to, asked.through_removed)
    past, page = BeliefHistory(memory, when, question), _Page()
    page.look(answer_timeline(past.epochs(since), question, since, when.at), asked.limit, past)
    return ChangesPage(
        from_=asked.from_,
        to=asked.to,
        since=asked.since,
        before=page.changes[0].before if page.changes else page.answer,
        items=past.told(page.changes),
        next=next_cursor(asked, iso(page.ended), when.at, when.known_at, _SUBJECT) if page.ended else None,
        **when.response_fields,
    )
