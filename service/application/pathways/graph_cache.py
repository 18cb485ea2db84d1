"""Caches the facts of connected device models (temporal graphs) and list versions for all callers (design 9).

The key of a cached graph contains the instant up to which recorded facts count. The facts recorded by an instant never
change, so that no cached graph becomes untrue. Only the instant of the last record changes: the cache queries the
database for it once for all questions that arrived before the query began.
"""

import threading
from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from time import monotonic
from typing import Any

from service.application.pathways import temporal_graphs
from service.domain.as_of import AsOf, list_interval, resolve_as_of
from service.domain.clock import Clock, Span
from service.domain.listings import ListVersion
from service.domain.memo import SizedLRU
from service.domain.single_flight import SingleFlight
from service.errors import EntryNotFound
from service.graph.protocol import Graph, QueryRunner
from service.graph.query import Query, Row
from service.repositories import amendment_chain, compartments, list_versions
from service.repositories.compartments import Compartment
from service.rules.answers.question import Question, QuestionContext
from service.rules.pathfinding.k_shortest_paths import MAX_WORK
from service.rules.pathfinding.temporal_graph import TemporalGraph

_MAX_INSTANTS = 16  # recorded instants of which the list versions and the head are cached
_MAX_GRAPH_INSTANTS = 4
"""Recorded instants of which the cache has graphs. Each write makes a new one, and few callers ask for former ones."""

CacheKey = tuple[datetime, str]


class GraphCache:
    """A graph database with a cache of the facts fetched from it. Several threads may share it.

    `max_rows` limits the cached facts, in rows. `staleness`: for how many seconds the cache may assume that nobody has
    written; 0 queries the database for each question. `work`: the limit of the search for alternatives. `on_state`
    receives each committed state of the public data before an answer uses it.
    """

    def __init__(
        self,
        graph: Graph,
        clock: Clock,
        max_rows: int = 1_000_000,
        staleness: float = 0,
        work: int = MAX_WORK,
        on_state: Callable[[Compartment], None] = lambda state: None,
    ) -> None:
        self.work = work
        self.graph = graph
        self.clock = clock
        self._last_state = _LastState(graph, staleness, on_state)
        self._heads = SizedLRU[datetime, str](_MAX_INSTANTS)
        self._lists = SizedLRU[datetime, list[ListVersion]](_MAX_INSTANTS)
        self._graphs = SizedLRU[CacheKey, TemporalGraph](max_rows)
        self._fetch_lock = threading.Lock()
        self._unions = SizedLRU[tuple[CacheKey, ...], TemporalGraph](max_rows)
        self._graph_instants = SizedLRU[datetime, datetime](_MAX_GRAPH_INSTANTS)
        self._latest_instant: datetime | None = None

    def rows(self, query: Query[Row], **parameters: Any) -> list[Row]:
        """Runs a query on the database without the cache, and returns its rows."""
        return self.graph.rows(query, **parameters)

    def as_of(self, at: datetime | None, known_at: datetime | None) -> AsOf:
        """Resolves the times of a question: `at` (when facts hold), `known_at` (up to when recorded facts count), and
        the list in force then.
        """
        return self.as_of_state(self.last(), at, known_at)

    def last(self) -> Compartment:
        """Returns the last committed state (revision and instant) of the public data. It is at most `staleness` seconds
        old when this call begins.
        """
        return self._last_state.last()

    def fresh(self) -> Compartment | None:
        """Returns the last committed state of the public data if the cache knows one that is at most `staleness`
        seconds old; else None. Runs no query.
        """
        return self._last_state.fresh()

    def as_of_state(self, last: Compartment, at: datetime | None, known_at: datetime | None) -> AsOf:
        """Resolves the times of a question as `as_of` does, but by a last committed state that the caller has
        fetched.
        """
        if self._heads.get(last.recorded) != last.head:  # a head that somebody altered must appear in receipts
            self._heads.put([last.recorded], last.head, 1)
        return resolve_as_of(self.clock(), last.recorded, self._list_versions, at, known_at)

    def head(self, known_at: datetime) -> str:
        """Returns the last hash of the chain of amendments, as it was at an instant."""
        head = self._heads.get(known_at)
        if head is None:
            head = amendment_chain.head_at(self.graph, known_at)
            self._heads.put([known_at], head, 1)
        return head

    def in_force(self, as_of: AsOf) -> Span:
        """Returns the interval of effective time around `as_of.at` during which the same list version is in force."""
        return list_interval(self._list_versions(as_of.known_at), as_of.at)

    def question_context(self, as_of: AsOf, base: str, target: str, through_removed: bool) -> QuestionContext:
        """Returns a pathway question with the upgrade graph that answers it. Raises EntryNotFound for a number that is
        on no list recorded by `as_of.known_at`.
        """
        question = Question(base, target, as_of.at, as_of.known_at, through_removed)
        return QuestionContext(question, self.temporal_graph({base, target}, as_of.known_at))

    def temporal_graph(self, entries: Iterable[str], known_at: datetime) -> TemporalGraph:
        """Returns the facts of all device models connected to the entries given, as recorded by an instant.

        Raises EntryNotFound for the first of the entries that no list recorded by then has, whatever the list's date.
        """
        parts: list[TemporalGraph] = []
        for entry in sorted(set(entries)):
            # Compares with the parts, not with the cache: another thread may have replaced a graph by an equal one.
            if not any(entry in part.entries for part in parts):
                parts.append(self._graph_of(entry, known_at))
        if len(parts) == 1:
            return parts[0]
        key = tuple(sorted((known_at, min(part.entries)) for part in parts))
        union = self._unions.get(key)
        if union is None:
            union = TemporalGraph.union(parts)
            self._unions.put([key], union, union.size)
            self._use_instant(known_at)
        return union

    def prefetch(self, entries: Collection[str], known_at: datetime) -> None:
        """Fetches together the facts of all device models connected to the entries given, except for those in the
        cache.
        """
        if not all(self._graphs.get((known_at, entry)) for entry in entries):
            self._fetch(entries, known_at)

    def _fetch(self, entries: Iterable[str], known_at: datetime) -> list[TemporalGraph]:
        """Returns the temporal graphs of the entries given, and fetches and caches the missing ones.

        It returns the graphs themselves, because the cache may evict a graph before the caller looks it up.
        """
        with self._fetch_lock:  # after a write, the first of many callers fetches for all
            cached = {entry: self._graphs.get((known_at, entry)) for entry in entries}
            graphs = [graph for graph in cached.values() if graph]
            missing = [entry for entry, graph in cached.items() if graph is None]
            for graph in temporal_graphs.fetch_temporal_graphs(self.graph, missing, known_at) if missing else ():
                self._graphs.put([(known_at, number) for number in graph.entries], graph, graph.size)
                graphs.append(graph)
            self._use_instant(known_at)
            return graphs

    def _graph_of(self, entry: str, known_at: datetime) -> TemporalGraph:
        graph = self._graphs.get((known_at, entry))
        if graph is None:
            graph = next(iter(self._fetch([entry], known_at)), None)
        else:
            self._use_instant(known_at)
        if graph is None:
            raise EntryNotFound(f"No list known at that time has entry {entry}.", entry=entry)
        return graph

    def _use_instant(self, known_at: datetime) -> None:
        """Counts a recorded instant as used last, and drops the graphs of the instant that was not used for longest.

        Every put in the cache of graphs is followed by a call, so that no graph stays whose instant is not counted.
        """
        if known_at == self._latest_instant:
            return
        self._latest_instant = known_at
        if not self._graph_instants.get(known_at):
            for former in self._graph_instants.put([known_at], known_at, 1):
                self._discard_graphs(former)

    def _discard_graphs(self, known_at: datetime) -> None:
        self._graphs.discard_where(lambda key: key[0] == known_at)
        self._unions.discard_where(lambda key: key[0][0] == known_at)

    def _list_versions(self, known_at: datetime) -> list[ListVersion]:
        versions = self._lists.get(known_at)
        if versions is None:
            versions = list_versions.known_list_versions(self.graph, known_at)
            self._lists.put([known_at], versions, 1)
        return versions


class _LastState:
    """Fetches the last committed state once for all threads that asked for it before the query began."""

    def __init__(self, graph: QueryRunner, staleness: float, on_state: Callable[[Compartment], None]) -> None:
        self._graph = graph
        self._on_state = on_state
        self._staleness = staleness
        self._reading = SingleFlight(self._read)
        self._latest: tuple[float, Compartment] | None = None

    def last(self) -> Compartment:
        """Returns the last committed state (revision and instant) of the public data. It is at most `staleness` seconds
        old.
        """
        return self.fresh() or self._reading.result()

    def fresh(self) -> Compartment | None:
        """Returns the last committed state of the public data if the cache fetched one at most `staleness` seconds ago;
        else None.
        """
        latest = self._latest
        return latest[1] if latest and monotonic() - latest[0] < self._staleness else None

    def _read(self) -> Compartment:
        if state := self.fresh():  # the reading that this one waited for may serve its callers too
            return state
        began = monotonic()
        state = compartments.read_state(self._graph)
        self._on_state(state)
        self._latest = began, state
        return state
