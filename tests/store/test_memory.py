"""The graph cache never gives a stale answer: tests with threads, writers and an advancing clock."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.domain.clock import now, parse_instant
from service.domain.memo import SizedLRU
from service.errors import EngineUnavailable, EntryNotFound
from service.repositories import compartments
from service.repositories.compartments import Compartment
from service.rules.pathfinding.network import Network
from tests.store.declaring import TARGET, begin, crossed, judged, written
from tests.worlds import situations, terrain

SECONDS = 4.0
READERS = 8
STALE = 0.5


class BlockingGraph:
    """A graph that answers only reads of the compartment; each read waits until the test releases it."""

    def __init__(self, failing=()):
        self.began, self.go, self.failing = [], threading.Semaphore(0), list(failing)

    def rows(self, query, **given):
        self.began.append(time.monotonic())
        assert self.go.acquire(timeout=10)
        if self.failing and self.failing.pop(0):
            raise EngineUnavailable("away")
        return [Compartment(revision=len(self.began), sequence=0, recorded=now(), head="")]


def arrive(memory, pool, count):
    """Requests that arrive now. Each returns its arrival time and the revision of the check that it used."""

    def one():
        arrived = time.monotonic()
        return arrived, memory._last_state.last().revision

    return [pool.submit(one) for _ in range(count)]


def until(holds):
    """Waits until the condition holds, at most ten seconds."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_requests_share_a_check_that_began_after_their_arrival():
    """The first request starts a check; requests that arrive meanwhile share the next check, not the first one."""
    graph = BlockingGraph()
    memory = GraphCache(graph, now)
    with ThreadPoolExecutor(20) as pool:
        first = arrive(memory, pool, 1)
        until(lambda: len(graph.began) == 1)
        later = arrive(memory, pool, 8)
        until(lambda: memory._last_state._reading._next is not None)
        time.sleep(0.05)
        graph.go.release(10)
        answers = [future.result(10) for future in first + later]
    assert [revision for _, revision in answers] == [1] + [2] * 8
    assert all(arrived <= graph.began[revision - 1] for arrived, revision in answers)


def test_a_failed_check_affects_only_the_requests_that_waited_for_it():
    """The next request starts a new check."""
    graph = BlockingGraph(failing=[True, False])
    memory = GraphCache(graph, now)
    graph.go.release(10)
    with pytest.raises(EngineUnavailable):
        memory.as_of(None, None)
    assert memory._last_state.last().revision == 2


@pytest.mark.parametrize(("staleness", "asked"), [(0, 5), (60, 1)])
def test_a_check_is_reused_within_the_staleness(staleness, asked):
    """With staleness 0 every request starts a check."""
    graph = BlockingGraph()
    graph.go.release(100)
    memory = GraphCache(graph, now, staleness=staleness)
    for _ in range(5):
        memory._last_state.last()
    assert len(graph.began) == asked


def test_waiting_requests_reuse_the_check_within_the_staleness():
    """At most one check within that time, however many requests arrive."""
    graph = BlockingGraph()
    memory = GraphCache(graph, now, staleness=60)
    with ThreadPoolExecutor(20) as pool:
        first = arrive(memory, pool, 1)
        until(lambda: len(graph.began) == 1)
        later = arrive(memory, pool, 5)
        until(lambda: memory._last_state._reading._next is not None)
        graph.go.release(10)
        assert {future.result(10)[1] for future in first + later} == {1}


class CountingGraph:
    """A graph that records the queries and fails at the chosen ones."""

    def __init__(self, graph):
        self.graph, self.asked, self.failing = graph, [], set()

    def rows(self, query, **given):
        self.asked.append(query.name)
        if query.name in self.failing:
            raise EngineUnavailable("away")
        return self.graph.rows(query, **given)


@pytest.fixture
def counting(example_graph):
    """The example graph that counts queries, and a cache on it."""
    graph = CountingGraph(example_graph)
    return graph, GraphCache(graph, lambda: datetime.fromisoformat("2026-06-01T12:00:00+00:00"))


def test_a_cached_answer_costs_one_small_query(counting):
    """The same request, another entry pair of the device model, another `at`, and the opposite direction."""
    graph, memory = counting
    pathways.find_pathway(memory, memory.as_of(None, None), "000001", "000034", False)
    earlier = parse_instant("2026-05-01")
    for base, target, at in (("000001", "000034", None), ("000002", "000010", earlier), ("000034", "000001", None)):
        graph.asked.clear()
        moment = memory.as_of(at, None)
        pathways.find_pathway(memory, moment, base, target, False)
        assert graph.asked == ["compartment/read"]


def test_an_unknown_entry_is_not_cached(counting):
    """The next list may contain the entry."""
    graph, memory = counting
    moment = memory.as_of(None, None)
    for _ in range(2):
        graph.asked.clear()
        with pytest.raises(EntryNotFound, match="999999"):
            memory.question_context(moment, "000001", "999999", False)
        assert "temporal_graph/device_models" in graph.asked


@pytest.mark.parametrize("name", ["revisions", "declarations", "steps", "held", "linked"])
def test_a_fetch_with_a_failing_statement_fails_and_is_not_cached(counting, name):
    """A failure of any of the parallel statements: a partial temporal graph would hide steps."""
    graph, memory = counting
    moment = memory.as_of(None, None)
    graph.failing.add(f"temporal_graph/{name}")
    with pytest.raises(EngineUnavailable):
        memory.question_context(moment, "000001", "000034", False)
    graph.failing.clear()
    assert memory.question_context(moment, "000001", "000034", False).path


def test_concurrent_requests_fetch_once(counting):
    """After a write many requests need the same facts; only the first of them fetches."""
    graph, memory = counting
    moment = memory.as_of(None, None)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: memory.question_context(moment, "000001", "000034", False), range(64)))
    together = list(graph.asked)
    graph.asked.clear()
    GraphCache(graph, memory.clock).question_context(moment, "000001", "000034", False)
    assert sorted(together[2:]) == sorted(graph.asked)  # without the queries that determine the as-of instants


def test_a_temporal_graph_is_never_joined_with_itself(counting):
    """Not even if another thread replaces the cached graph by an equal one between two look-ups."""
    _, memory = counting
    moment = memory.as_of(None, None)
    kept = memory._graph_of

    def replaced(entry, known_at):
        found = kept(entry, known_at)
        memory._graphs = SizedLRU(10**6)
        return found

    memory._graph_of = replaced
    assert memory.temporal_graph({"000001", "000034"}, moment.known_at).size == kept("000001", moment.known_at).size


def test_an_entry_evicted_at_once_is_still_answered(counting):
    """Another thread may evict the graph between the fetch and the next look-up; the entry is still found."""
    _, memory = counting
    moment = memory.as_of(None, None)
    memory._graphs.put = lambda keys, value, size: None
    assert memory.question_context(moment, "000001", "000034", False).path


def test_only_the_instants_used_last_keep_their_graphs(counting):
    """Each write makes a new instant. An instant that is asked for again and again stays, whatever comes between."""
    graph, memory = counting
    moment = memory.as_of(None, None).known_at
    instants = [moment + timedelta(seconds=number) for number in range(10)]
    for instant in instants:
        memory.temporal_graph({"000001"}, instant)
        memory.temporal_graph({"000001"}, moment)
    counted = {key[0] for _, keys, _ in memory._graphs._values.values() for key in keys}
    assert counted == {moment, *instants[-3:]}
    graph.asked.clear()
    memory.temporal_graph({"000001"}, moment)
    assert not graph.asked
    memory.temporal_graph({"000001"}, instants[1])
    assert graph.asked


def test_the_cache_stays_within_its_bound(counting):
    """An evicted temporal graph is fetched again, with the same result."""
    graph, _ = counting
    memory = GraphCache(graph, lambda: datetime.fromisoformat("2026-06-01T12:00:00+00:00"), max_rows=100)
    moment = memory.as_of(None, None)
    numbers = [f"{n:06}" for n in (1, 6, 8, 46, 50, 61, 1, 6)]
    said = [memory.question_context(moment, n, n, False).network.shown for n in numbers]
    assert memory._graphs._size <= 100
    assert (said[0], said[1]) == (said[6], said[7])


PUTS = st.lists(st.tuples(st.sets(st.integers(0, 6), min_size=1, max_size=3), st.integers(1, 5)), max_size=30)


@given(PUTS, st.data())
def test_the_lru_cache_equals_a_list_that_drops_its_oldest_items(puts, data):
    """Against a simple model: a list of key sets and sizes, the most recently used last."""
    kept, model = SizedLRU(9), []
    for nth, (keys, size) in enumerate(puts):
        model = [one for one in model if not one[0] & keys]
        model.append((keys, size, nth))
        kept.put(keys, nth, size)
        while sum(one[1] for one in model) > 9 and len(model) > 1:
            model.pop(0)
        asked = data.draw(st.integers(0, 6))
        found = next((one for one in model if asked in one[0]), None)
        assert kept.get(asked) == (found[2] if found else None)
        if found:
            model.remove(found)
            model.append(found)
        dropped = data.draw(st.none() | st.integers(0, 6))
        if dropped is not None:
            kept.discard(dropped)
            model = [one for one in model if dropped not in one[0]]


@given(situations())
def test_a_cached_network_is_that_of_its_interval(situation):
    """At its first instant, its last one and between; a newly built network is equal."""
    found, _ = situation
    over_time = terrain(found)
    for edge in over_time.boundaries[:-1]:
        span = over_time.interval(edge)
        assert span.start == edge
        for at in (span.start, span.start + (span.end - span.start) / 2, span.end - timedelta(microseconds=1)):
            kept, afresh = over_time.network(at), Network(over_time.at(at))
            assert kept is over_time.network(edge)
            assert (kept.shown, kept.after, kept.listed) == (afresh.shown, afresh.after, afresh.listed)
            assert [v.members for v in kept.vertices] == [v.members for v in afresh.vertices]


def read_until(memory, stop):
    """One reader: the start of each request, and `at`, `known_at` and outcome of the answer."""
    answers = []
    while not stop.is_set():
        began = time.monotonic()
        answer = pathways.find_pathway(memory, memory.as_of(None, None), "000001", TARGET, False)
        answers.append((began, answer.at, answer.known_at, answer.outcome))
    return answers


@pytest.mark.deep("readers and writers at the same time")
@pytest.mark.parametrize("staleness", [0, STALE])
def test_no_answer_is_ever_stale(engine, graph, request, staleness):
    """A declaration changes repeatedly, sometimes from an instant just ahead; eight readers share one cache."""
    settings = request.getfixturevalue("neo4j_settings") if engine == "neo4j" else None
    first = begin(graph)
    memory, stop = GraphCache(graph, now, staleness=staleness), threading.Event()
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read_until, memory, stop) for _ in range(READERS)]
        try:
            writes = [first, *written(settings, graph, SECONDS)]
        finally:
            stop.set()
        answers = [answer for reader in readers for answer in reader.result(60)]
    judged(writes, answers, staleness)
    crossed(writes, answers, staleness)
    assert compartments.read_state(graph).recorded == writes[-1].recorded
