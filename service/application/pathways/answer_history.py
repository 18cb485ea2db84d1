"""Lists the changes of a pathway answer (the route between two entries, or why there is none) over time, in pages.

Each page begins where the page before ended, and fetches a limited number of rows.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from service.application.paging import next_cursor, start_page
from service.application.pathways import temporal_graphs
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.clock import BEGINNING, END, Span, iso, parse_instant
from service.graph.protocol import QueryRunner
from service.repositories import amendments, answer_history
from service.repositories.facts import ever_same_model
from service.rules.answers.answer_history import (
    AnswerHistoryQuestion,
    ChangePoint,
    HistoryPoint,
    UnchangedPeriod,
    answer_timeline,
)
from service.schemas.requests.answer_history import ChangesQuestion
from service.schemas.responses.answer_history import (
    AmendmentCause,
    AnswerChange,
    Cause,
    ChangesPage,
    EffectiveDateCause,
    ListCause,
)
from service.schemas.responses.entry_history import AmendmentReference
from service.schemas.responses.impact import PathwaySummary

_SUBJECT = "changes"
_MAX_ROWS = 300_000  # fetched for one page: takes a few seconds


class RecordedFactsHistory:
    """The facts connected to two entries, for each period in which the service recorded no new fact, up to the instant
    of a question.

    Raises EntryNotFound for a number that is on no list recorded by `as_of.known_at`.
    """

    def __init__(self, cache: GraphCache, as_of: AsOf, question: AnswerHistoryQuestion) -> None:
        self._cache, self._as_of = cache, as_of
        self._pair = {question.base, question.target}
        self.fetched = 0
        """The number of rows fetched so far."""
        self.periods_seen = 0
        """The number of recorded periods fetched so far."""
        self._latest = cache.temporal_graph(self._pair, as_of.known_at)
        # The first list stays the first, and no correction moves its date.
        self._lists = answer_history.recorded_lists(cache)
        self._entries = sorted(_ever_joined(cache, self._pair))
        self._recorded = self._recorded_instants()

    def periods(self, since: datetime) -> Iterator[UnchangedPeriod]:
        """Yields the periods in which the service recorded no new fact, from the period that contains `since` on.
        Fetches the facts of each period on demand.
        """
        for start, end in pairwise([*self._recorded, END]):
            if end > since:
                graph = (
                    self._latest
                    if end == END
                    else temporal_graphs.fetch_temporal_graph(self._cache.graph, self._pair, start)
                )
                self.fetched += graph.size
                self.periods_seen += 1
                yield UnchangedPeriod(Span(start, end), graph, self._lists[0].effective_from)

    def with_causes(self, changes: Sequence[ChangePoint]) -> list[AnswerChange]:
        """Returns the changes of the pathway answer given, each with the amendments, lists and dates that caused it."""
        recorded = self._recorded_causes([change.at for change in changes if change.by_record])
        return [
            AnswerChange(
                at=change.at,
                before=change.before,
                after=change.after,
                causes=[*recorded[change.at], *([self._time_cause(change.at)] if change.by_time else [])],
            )
            for change in changes
        ]

    def _recorded_instants(self) -> list[datetime]:
        """Returns the instants at which the service recorded any fact that the answer can depend on."""
        rows = answer_history.belief_intervals(self._cache, self._entries)
        instants = {instant for row in rows for instant in (row.begun, row.ended)}
        return sorted(instant for instant in instants if instant <= self._as_of.known_at)

    def _time_cause(self, at: datetime) -> EffectiveDateCause:
        known_at = min(at, self._as_of.known_at)  # a change still to come is known by the facts recorded so far
        numbers = [
            row.number
            for row in self._lists
            if row.effective_from == at and row.recorded_from <= known_at < row.recorded_to
        ]
        return EffectiveDateCause(list_version=numbers[-1] if numbers else None)

    def _recorded_causes(self, instants: Collection[datetime]) -> dict[datetime, list[Cause]]:
        causes: dict[datetime, list[Cause]] = defaultdict(list)
        for row in self._lists:
            if row.recorded_from in instants:
                cause = ListCause(list_version=row.number, list_issued=row.issued, recorded=row.recorded_from)
                causes[row.recorded_from].append(cause)
        for amendment in self._amendments(instants):
            causes[amendment.recorded].append(AmendmentCause(amendment=amendment))
        return causes

    def _amendments(self, instants: Collection[datetime]) -> Iterable[AmendmentReference]:
        """Yields the amendments that recorded facts of the connected entries at the instants given.

        For an instant without such an amendment and without a list, yields all amendments of that instant, which ended
        facts of these entries.
        """
        if not instants:
            return
        rows = answer_history.amendments_at(self._cache, self._entries, instants)
        yield from sorted(rows, key=lambda row: row.id)
        listed = {row.recorded_from for row in self._lists}
        for instant in set(instants) - {row.recorded for row in rows} - listed:
            ids = [row.id for row in amendments.amendments_recorded_at(self._cache, instant)]
            for link in amendments.amendments_by_id(self._cache, ids):
                yield AmendmentReference(id=link.id, reason=link.reason, source=link.source, recorded=link.recorded)


@dataclass
class _Page:
    """The changes collected for a page, and the latest answer computed."""

    changes: list[ChangePoint] = field(default_factory=list)
    answer: PathwaySummary | None = None
    ended: datetime | None = None
    """The instant at which the next page continues; None where this page reaches the end of the history."""

    def collect(self, points: Iterable[HistoryPoint], limit: int, history: RecordedFactsHistory) -> None:
        """Collects changes of a pathway answer until there are more than `limit`, or until fetching has reached its
        limit of rows for one page.
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
    """Returns a page of the changes of a pathway answer over time. The answer at an instant is the one by the facts
    recorded by that instant; the answer at a later instant than the question's, by the facts recorded so far.

    Raises EntryNotFound for a number that no loaded list has.
    """
    after, as_of = start_page(question, resolve_as_of, _SUBJECT)
    since = parse_instant(after) if after else question.since or BEGINNING
    pair = AnswerHistoryQuestion(question.from_, question.to, question.through_removed)
    history, page = RecordedFactsHistory(cache, as_of, pair), _Page()
    page.collect(answer_timeline(history.periods(since), pair, since), question.limit, history)
    return ChangesPage(
        from_=question.from_,
        to=question.to,
        since=question.since,
        before=page.changes[0].before if page.changes else page.answer,
        items=history.with_causes(page.changes),
        next=next_cursor(question, iso(page.ended), as_of.at, as_of.known_at, _SUBJECT) if page.ended else None,
        **as_of.response_fields,
    )


def _ever_joined(graph: QueryRunner, entries: Collection[str]) -> set[str]:
    """Returns the entries that were ever connected to the entries given: by a device model, an accepted step or a held
    base.
    """
    known, fresh = set[str](), set(entries)
    while fresh:
        known |= fresh
        siblings = ever_same_model(graph, fresh)
        fresh = (siblings | answer_history.ever_joined(graph, fresh | siblings)) - known
    return known
