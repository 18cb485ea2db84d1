"""What was fetched, kept exactly while it is true, and shared by all who ask (design 9).

A terrain is kept under the recorded instant as of which it was fetched: what was believed then never changes, so
nothing that is kept can become untrue. What may change is which instant is the last: that is asked of the graph for
every question, once for all those that arrived before the asking began.
"""

import threading
from collections.abc import Collection, Iterable
from datetime import datetime
from time import monotonic
from typing import Any

from service.application.pathways import temporal_graphs
from service.domain import as_of
from service.domain.as_of import AsOf, resolve_as_of
from service.domain.clock import Clock, Span
from service.domain.listings import ListVersion
from service.domain.memo import SizedLRU
from service.domain.single_flight import SingleFlight
from service.errors import EntryNotFound
from service.graph.protocol import Graph, Runner
from service.graph.query import Query, Row
from service.repositories import amendment_chain, compartments, list_versions
from service.repositories.compartments import Compartment
from service.rules.answers.question import Question, QuestionContext
from service.rules.pathfinding.k_shortest import MAX_WORK
from service.rules.pathfinding.temporal_graph import TemporalGraph

_LISTS = 16  # recorded instants of which the list versions and the head are kept

CacheKey = tuple[datetime, str]


class GraphCache:
    """A graph with what was asked of it before. Threads may share it.

    `most_rows` bounds what is kept, in rows fetched. `staleness` is for how many seconds the last recorded instant
    may be taken for granted; 0 asks the graph for each question. `work` bounds what finding alternatives may take.
    """

    def __init__(
        self,
        graph: Graph,
        clock: Clock,
        most_rows: int = 1_000_000,
        staleness: float = 0,
        work: int = MAX_WORK,
    ) -> None:
        self.work = work
        self.graph = graph
        self.clock = clock
        self._check = _LastState(graph, staleness)
        self._heads = SizedLRU[datetime, str](_LISTS)
        self._lists = SizedLRU[datetime, list[ListVersion]](_LISTS)
        self._terrains = SizedLRU[CacheKey, TemporalGraph](most_rows)
        self._fetching = threading.Lock()
        self._joined = SizedLRU[tuple[CacheKey, ...], TemporalGraph](most_rows)

    def rows(self, query: Query[Row], **given: Any) -> list[Row]:
        """The rows of a query, asked of the graph itself."""
        return self.graph.rows(query, **given)

    def as_of(self, at: datetime | None, known_at: datetime | None) -> AsOf:
        """The instants as of which a question is answered, see `lists.settle`."""
        return self.as_of_state(self.last(), at, known_at)

    def last(self) -> Compartment:
        """The last committed state, as the graph had it after this call began; or before, within the staleness."""
        return self._check.last()

    def fresh(self) -> Compartment | None:
        """The last committed state where it may be taken for granted: the graph is not asked."""
        return self._check.fresh()

    def as_of_state(self, last: Compartment, at: datetime | None, known_at: datetime | None) -> AsOf:
        """The same by a last committed state that is known already."""
        if self._heads.get(last.recorded) != last.head:  # what was altered since is what a receipt must show
            self._heads.put([last.recorded], last.head, 1)
        return resolve_as_of(self.clock(), last.recorded, self._known, at, known_at)

    def head(self, known_at: datetime) -> str:
        """The head of the chain of amendments, as it was at a recorded instant."""
        found = self._heads.get(known_at)
        if found is None:
            found = amendment_chain.head_at(self.graph, known_at)
            self._heads.put([known_at], found, 1)
        return found

    def in_force(self, moment: AsOf) -> Span:
        """The stretch around a moment's instant in which the same list version is in force."""
        return as_of.list_interval(self._known(moment.known_at), moment.at)

    def question_context(self, moment: AsOf, base: str, target: str, through_removed: bool) -> QuestionContext:
        """A question in its terrain. Raises EntryNotFound for a number that no list known at the moment has."""
        question = Question(base, target, moment.at, moment.known_at, through_removed)
        return QuestionContext(question, self.temporal_graph({base, target}, moment.known_at))

    def temporal_graph(self, entries: Iterable[str], known_at: datetime) -> TemporalGraph:
        """The terrain of these entries, as known at a recorded instant.

        Raises EntryNotFound for the first of the entries that no list known then has, whatever its date.
        """
        parts: list[TemporalGraph] = []
        for entry in sorted(set(entries)):
            # Asked of the parts, not of what is kept: another thread may have put an equal one in its place.
            if not any(entry in part.entries for part in parts):
                parts.append(self._of(entry, known_at))
        if len(parts) == 1:
            return parts[0]
        place = tuple(sorted((known_at, min(part.entries)) for part in parts))
        found = self._joined.get(place)
        if found is None:
            found = TemporalGraph.union(parts)
            self._joined.put([place], found, found.size)
        return found

    def prefetch(self, entries: Collection[str], known_at: datetime) -> None:
        """Fetches at once all that is not kept yet of the terrains of these entries."""
        if not all(self._terrains.get((known_at, entry)) for entry in entries):
            self._fetched(entries, known_at)

    def _fetched(self, entries: Iterable[str], known_at: datetime) -> list[TemporalGraph]:
        """The terrains of these entries, of which those that are not kept are fetched and kept.

        They are handed back, not looked up again: what is kept may be let go before it is.
        """
        with self._fetching:  # what many ask for after a write is fetched by the first of them
            kept = {entry: self._terrains.get((known_at, entry)) for entry in entries}
            found = [part for part in kept.values() if part]
            missing = [entry for entry, part in kept.items() if part is None]
            for part in temporal_graphs.fetch_temporal_graphs(self.graph, missing, known_at) if missing else ():
                self._terrains.put([(known_at, number) for number in part.entries], part, part.size)
                found.append(part)
            return found

    def _of(self, entry: str, known_at: datetime) -> TemporalGraph:
        found = self._terrains.get((known_at, entry))
        if found is None:
            found = next(iter(self._fetched([entry], known_at)), None)
        if found is None:
            raise EntryNotFound(f"No list known at that time has entry {entry}.", entry=entry)
        return found

    def _known(self, known_at: datetime) -> list[ListVersion]:
        found = self._lists.get(known_at)
        if found is None:
            found = list_versions.known_list_versions(self.graph, known_at)
            self._lists.put([known_at], found, 1)
        return found


class _LastState:
    """The compartment's last committed state, read once for all callers who arrive before the reading begins."""

    def __init__(self, graph: Runner, staleness: float) -> None:
        self._graph = graph
        self._staleness = staleness
        self._reading = SingleFlight(self._read)
        self._latest: tuple[float, Compartment] | None = None

    def last(self) -> Compartment:
        """The last committed state, as it was after this call began, or up to `staleness` seconds before."""
        return self.fresh() or self._reading.result()

    def fresh(self) -> Compartment | None:
        """The state read last, while its reading began less than `staleness` seconds ago; otherwise None."""
        latest = self._latest
        return latest[1] if latest and monotonic() - latest[0] < self._staleness else None

    def _read(self) -> Compartment:
        if state := self.fresh():  # the reading that this one waited for may serve its callers too
            return state
        began = monotonic()
        state = compartments.read_state(self._graph)
        self._latest = began, state
        return state
