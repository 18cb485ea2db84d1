"""What is kept is never untrue: the memory of what was fetched, with threads, writers and the clock at work."""

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


class Slow:
    """A graph of which nothing but the compartment is asked; each asking waits until it is let go."""

    def __init__(self, failing=()):
        self.began, self.go, self.failing = [], threading.Semaphore(0), list(failing)

    def rows(self, query, **given):
        self.began.append(time.monotonic())
        assert self.go.acquire(timeout=10)
        if self.failing and self.failing.pop(0):
            raise EngineUnavailable("away")
        return [Compartment(revision=len(self.began), sequence=0, recorded=now(), head="")]


def arrive(memory, pool, count):
    """Requests that arrive now; each notes when it did, and the check that it was told of."""

    def one():
        arrived = time.monotonic()
        return arrived, memory._last_state.last().revision

    return [pool.submit(one) for _ in range(count)]


def until(holds):
    """Waits until something holds, ten seconds at most."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def test_requests_share_a_check_that_began_after_they_arrived():
    """The first asks; those that arrive meanwhile share one further check, and none is told of an earlier one."""
    graph = Slow()
    memory = GraphCache(graph, now)
    with ThreadPoolExecutor(20) as pool:
        first = arrive(memory, pool, 1)
        until(lambda: len(graph.began) == 1)
        later = arrive(memory, pool, 8)
        until(lambda: memory._last_state._next is not None)
        time.sleep(0.05)
        graph.go.release(10)
        answers = [future.result(10) for future in first + later]
    assert [told for _, told in answers] == [1] + [2] * 8
    assert all(arrived <= graph.began[told - 1] for arrived, told in answers)


def test_a_check_that_fails_is_told_to_those_who_waited_and_to_nobody_else():
    """The next one asks anew."""
    graph = Slow(failing=[True, False])
    memory = GraphCache(graph, now)
    graph.go.release(10)
    with pytest.raises(EngineUnavailable):
        memory.as_of(None, None)
    assert memory._last_state.last().revision == 2


@pytest.mark.parametrize(("staleness", "asked"), [(0, 5), (60, 1)])
def test_staleness_is_how_long_a_check_may_be_taken_for_granted(staleness, asked):
    """0 asks for every question."""
    graph = Slow()
    graph.go.release(100)
    memory = GraphCache(graph, now, staleness=staleness)
    for _ in range(5):
        memory._last_state.last()
    assert len(graph.began) == asked


def test_those_who_waited_for_a_check_do_not_ask_again_within_the_staleness():
    """At most one asking in that time, however many come."""
    graph = Slow()
    memory = GraphCache(graph, now, staleness=60)
    with ThreadPoolExecutor(20) as pool:
        first = arrive(memory, pool, 1)
        until(lambda: len(graph.began) == 1)
        later = arrive(memory, pool, 5)
        until(lambda: memory._last_state._next is not None)
        graph.go.release(10)
        assert {future.result(10)[1] for future in first + later} == {1}


class Counting:
    """A graph that notes what it is asked, and fails at what it is told to."""

    def __init__(self, graph):
        self.graph, self.asked, self.failing = graph, [], set()

    def rows(self, query, **given):
        self.asked.append(query.name)
        if query.name in self.failing:
            raise EngineUnavailable("away")
        return self.graph.rows(query, **given)


@pytest.fixture
def counting(example_graph):
    """The examples, and what is asked of them."""
    graph = Counting(example_graph)
    return graph, GraphCache(graph, lambda: datetime.fromisoformat("2026-06-01T12:00:00+00:00"))


def test_what_was_asked_once_costs_one_small_statement(counting):
    """The same question again, another one about the same device model, another `at`, and the way back."""
    graph, memory = counting
    pathways.find_pathway(memory, memory.as_of(None, None), "000001", "000034", False)
    earlier = parse_instant("2026-05-01")
    for base, target, at in (("000001", "000034", None), ("000002", "000010", earlier), ("000034", "000001", None)):
        graph.asked.clear()
        moment = memory.as_of(at, None)
        pathways.find_pathway(memory, moment, base, target, False)
        assert graph.asked == ["compartment/read"]


def test_an_entry_that_no_list_knows_is_not_kept(counting):
    """It may be on the next one."""
    graph, memory = counting
    moment = memory.as_of(None, None)
    for _ in range(2):
        graph.asked.clear()
        with pytest.raises(EntryNotFound, match="999999"):
            memory.question_context(moment, "000001", "999999", False)
        assert "temporal_graph/device_models" in graph.asked


@pytest.mark.parametrize("name", ["revisions", "declarations", "steps", "held", "linked"])
def test_a_fetch_of_which_a_statement_fails_fails_and_is_not_kept(counting, name):
    """Whichever of those that are asked beside each other it is: half a terrain would hide steps."""
    graph, memory = counting
    moment = memory.as_of(None, None)
    graph.failing.add(f"temporal_graph/{name}")
    with pytest.raises(EngineUnavailable):
        memory.question_context(moment, "000001", "000034", False)
    graph.failing.clear()
    assert memory.question_context(moment, "000001", "000034", False).path


def test_many_who_ask_at_once_fetch_once(counting):
    """After a write all ask for the same; the first of them fetches it."""
    graph, memory = counting
    moment = memory.as_of(None, None)
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: memory.question_context(moment, "000001", "000034", False), range(64)))
    together = list(graph.asked)
    graph.asked.clear()
    GraphCache(graph, memory.clock).question_context(moment, "000001", "000034", False)
    assert sorted(together[2:]) == sorted(graph.asked)  # but for what settled the moment


def test_a_terrain_is_never_joined_with_itself(counting):
    """Not even where another thread put an equal one in its place between two looks."""
    _, memory = counting
    moment = memory.as_of(None, None)
    kept = memory._graph_of

    def replaced(entry, known_at):
        found = kept(entry, known_at)
        memory._graphs = SizedLRU(10**6)
        return found

    memory._graph_of = replaced
    assert memory.temporal_graph({"000001", "000034"}, moment.known_at).size == kept("000001", moment.known_at).size


def test_what_is_let_go_at_once_is_answered_all_the_same(counting):
    """Between the fetching and a second look another thread may push it out: the entry is known, and is not denied."""
    _, memory = counting
    moment = memory.as_of(None, None)
    memory._graphs.put = lambda keys, value, size: None
    assert memory.question_context(moment, "000001", "000034", False).path


def test_what_is_kept_stays_within_its_bound(counting):
    """Whatever is asked; and what was let go is fetched again, the same."""
    graph, _ = counting
    memory = GraphCache(graph, lambda: datetime.fromisoformat("2026-06-01T12:00:00+00:00"), max_rows=100)
    moment = memory.as_of(None, None)
    numbers = [f"{n:06}" for n in (1, 6, 8, 46, 50, 61, 1, 6)]
    said = [memory.question_context(moment, n, n, False).network.shown for n in numbers]
    assert memory._graphs._size <= 100
    assert (said[0], said[1]) == (said[6], said[7])


PUTS = st.lists(st.tuples(st.sets(st.integers(0, 6), min_size=1, max_size=3), st.integers(1, 5)), max_size=30)


@given(PUTS, st.data())
def test_kept_is_as_a_list_that_is_cut_at_its_old_end(puts, data):
    """Against the plainest model: pairs of keys and size, those used last at the end."""
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


@given(situations())
def test_a_network_that_is_kept_is_the_one_of_its_stretch(situation):
    """At its first instant, its last, and within; and it is cut out afresh alike."""
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


def asking(memory, stop):
    """One reader: when each question began, and what it was told."""
    found = []
    while not stop.is_set():
        began = time.monotonic()
        answer = pathways.find_pathway(memory, memory.as_of(None, None), "000001", TARGET, False)
        found.append((began, answer.at, answer.known_at, answer.outcome))
    return found


@pytest.mark.deep("readers and writers at the same time")
@pytest.mark.parametrize("staleness", [0, STALE])
def test_no_answer_is_ever_stale(engine, graph, request, staleness):
    """A declaration changes again and again, sometimes from an instant just ahead; eight readers share one memory."""
    place = request.getfixturevalue("neo4j_settings") if engine == "neo4j" else None
    first = begin(graph)
    memory, stop = GraphCache(graph, now, staleness=staleness), threading.Event()
    with ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(asking, memory, stop) for _ in range(READERS)]
        try:
            writes = [first, *written(place, graph, SECONDS)]
        finally:
            stop.set()
        answers = [answer for reader in readers for answer in reader.result(60)]
    judged(writes, answers, staleness)
    crossed(writes, answers, staleness)
    assert compartments.read_state(graph).recorded == writes[-1].recorded
