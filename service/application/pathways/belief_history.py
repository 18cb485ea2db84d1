"""All that was ever believed around two entries: what an answer is recomputed from at each recorded instant."""

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
    """All that was ever believed around two entries, up to the moment of a question.

    Raises EntryNotFound for a number that no list known at the moment has.
    """

    def __init__(self, memory: GraphCache, moment: AsOf, asked: HistoryQuestion) -> None:
        self._memory, self._moment = memory, moment
        self._pair = {asked.base, asked.target}
        self.fetched = 0
        """How many rows were looked at, and in how many epochs."""
        self.epochs_seen = 0
        self._now = memory.temporal_graph(self._pair, moment.known_at)
        # The first one stays the first, and no correction moves its date.
        self._lists = answer_history.recorded_lists(memory)
        self._entries = sorted(_ever_joined(memory, self._pair))
        self._recorded = self._instants()

    def epochs(self, since: datetime) -> Iterator[RecordedPeriod]:
        """What was believed, from the epoch of an instant on; each is fetched when it is looked at."""
        for start, end in pairwise([*self._recorded, END]):
            if end > since:
                believed = (
                    self._now
                    if end == END
                    else temporal_graphs.fetch_temporal_graph(self._memory.graph, self._pair, start)
                )
                self.fetched += believed.size
                self.epochs_seen += 1
                yield RecordedPeriod(Span(start, end), believed, self._lists[0].effective_from)

    def told(self, changes: Sequence[ChangePoint]) -> list[AnswerChange]:
        """Changes with their causes."""
        recorded = self._by_instant([change.at for change in changes if change.by_record])
        return [
            AnswerChange(
                at=change.at,
                before=change.before,
                after=change.after,
                causes=[*recorded[change.at], *([self._time(change.at)] if change.by_time else [])],
            )
            for change in changes
        ]

    def _instants(self) -> list[datetime]:
        """The recorded instants at which anything that bears on the answer was recorded."""
        rows = answer_history.belief_intervals(self._memory, self._entries)
        found = {instant for row in rows for instant in (row.begun, row.ended)}
        return sorted(instant for instant in found if instant <= self._moment.known_at)

    def _time(self, at: datetime) -> TimeCause:
        there = [row.number for row in self._lists if row.effective_from == at and _known(row, at)]
        return TimeCause(list_version=there[-1] if there else None)

    def _by_instant(self, instants: Collection[datetime]) -> dict[datetime, list[Cause]]:
        found: dict[datetime, list[Cause]] = defaultdict(list)
        for row in self._lists:
            if row.recorded_from in instants:
                cause = ListCause(list_version=row.number, list_issued=row.issued, recorded=row.recorded_from)
                found[row.recorded_from].append(cause)
        for amendment in self._amendments(instants):
            found[amendment.recorded].append(AmendmentCause(amendment=amendment))
        return found

    def _amendments(self, instants: Collection[datetime]) -> Iterable[AmendmentReference]:
        """Those that said something of these entries; where none did, one that ended what was said of them."""
        if not instants:
            return
        rows = answer_history.amendments_at(self._memory, self._entries, instants)
        yield from sorted(rows, key=lambda row: row.id)
        listed = {row.recorded_from for row in self._lists}
        for instant in set(instants) - {row.recorded for row in rows} - listed:
            ids = [row.id for row in amendments.amendments_recorded_at(self._memory, instant)]
            for link in amendments.amendments_by_id(self._memory, ids):
                yield AmendmentReference(id=link.id, reason=link.reason, source=link.source, recorded=link.recorded)


def _ever_joined(graph: Runner, entries: Collection[str]) -> set[str]:
    """The entries that were ever connected to these: by a device model, an accepted step or a held base."""
    known, fresh = set[str](), set(entries)
    while fresh:
        known |= fresh
        siblings = ever_same_model(graph, fresh)
        fresh = (siblings | answer_history.ever_joined(graph, fresh | siblings)) - known
    return known


def _known(row: answer_history.ListRecorded, known_at: datetime) -> bool:
    return row.recorded_from <= known_at < row.recorded_to
