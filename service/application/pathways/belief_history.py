"""Fetches the facts of two entries as known in each period of recorded time, to compute the history of a pathway
answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from service.application.pathways import temporal_graphs
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf
from service.domain.clock import END, Span
from service.graph.protocol import Runner
from service.repositories import amendments, answer_history
from service.repositories.facts import ever_same_model
from service.rules.answers.answer_history import ChangePoint, HistoryQuestion, RecordedPeriod
from service.schemas.responses.answer_history import AmendmentCause, AnswerChange, Cause, ListCause, TimeCause
from service.schemas.responses.entry_history import AmendmentReference


class BeliefHistory:
    """The facts connected to two entries, as known in each period of recorded time up to the instant of a question.

    Raises EntryNotFound for a number that no list known at `as_of` has.
    """

    def __init__(self, cache: GraphCache, as_of: AsOf, question: HistoryQuestion) -> None:
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

    def periods(self, since: datetime) -> Iterator[RecordedPeriod]:
        """Yields the periods of recorded time from the one that contains `since` on, and fetches the facts of each on
        demand.
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
                yield RecordedPeriod(Span(start, end), graph, self._lists[0].effective_from)

    def with_causes(self, changes: Sequence[ChangePoint]) -> list[AnswerChange]:
        """Returns the changes of the answer, each with the amendments, lists and dates that caused it."""
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

    def _time_cause(self, at: datetime) -> TimeCause:
        numbers = [row.number for row in self._lists if row.effective_from == at and _is_known(row, at)]
        return TimeCause(list_version=numbers[-1] if numbers else None)

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


def _ever_joined(graph: Runner, entries: Collection[str]) -> set[str]:
    """Returns the entries that were ever connected to the entries given: by a device model, an accepted step or a held
    base.
    """
    known, fresh = set[str](), set(entries)
    while fresh:
        known |= fresh
        siblings = ever_same_model(graph, fresh)
        fresh = (siblings | answer_history.ever_joined(graph, fresh | siblings)) - known
    return known


def _is_known(row: answer_history.ListRecorded, known_at: datetime) -> bool:
    return row.recorded_from <= known_at < row.recorded_to
