"""Concurrent writers and readers: the graph issues the instants, no write is lost, no reader sees half a change."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from neo4j.exceptions import TransientError

from loaders.bases import BasesFile
from loaders.lists import read_list
from service.application.files.load import LoadOptions, load_bases, load_list
from service.application.verify import verify
from service.domain.clock import Clock, now
from service.domain.edits import Edit
from service.domain.limits import Limits
from service.errors import EngineUnavailable, FileRefused
from service.graph.connect import connect
from service.graph.migrate import migrate
from service.graph.protocol import Graph, QueryRunner
from service.repositories import compartments, facts
from service.repositories.compartments import Compartment
from service.rules.records.amendment_chain import GENESIS
from service.schemas.responses.load_reports import LoadReport
from service.settings import Settings
from tests.conftest import open_empty
from tests.store.crash_worker import digest, load, recorded, write_list

ENTRIES, MANY, LISTS, READERS, WRITERS, WRITES = 28, 140, 5, 8, 6, 8  # MANY: entries of a load that takes a while
OPTIONS = LoadOptions(made_by="test", reason="for the test")


@pytest.fixture
def other(graph: Graph, engine: str, request: pytest.FixtureRequest) -> Iterator[Graph]:
    """A second connection to the same graph, as another process has; on an embedded graph the only connection."""
    second = connect(request.getfixturevalue("neo4j_settings")) if engine == "neo4j" else graph
    yield second
    second.close()


@pytest.fixture
def listed(graph: Graph, tmp_path: Path) -> Graph:
    """A graph with one list."""
    load(graph, write_list(tmp_path, 1, ENTRIES), recorded(1))
    return graph


def concurrently(*works: Callable[[], Any]) -> list[Any]:
    """The results of functions that all start at the same time."""
    ready = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        ready.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as threads:
        begun: list[Future[Any]] = [threads.submit(run, work) for work in works]
    return [future.result() for future in begun]


def touch(graph: Graph, clock: Clock) -> Compartment:
    """The smallest possible write."""

    def work(transaction: QueryRunner) -> Compartment:
        state = compartments.begin_write(transaction, clock)
        compartments.stamp_state(transaction, state.recorded, state.sequence + 1, GENESIS)
        return state

    return graph.write(work)


def bases(entry: str, *named: str) -> BasesFile:
    """A bases file of one row, as read."""
    return BasesFile("bases.csv", None, "0" * 64, [Edit(entry, named, (), None, "", 2)])


def declared_bases(graph: Graph, entry: str, known_at: datetime) -> list[str]:
    """The bases of the entry's declarations as known at the instant."""
    rows = facts.all_facts(graph, known_at).declarations.get(entry, ())
    return [row.given for row in rows]


def test_concurrent_writers_never_get_the_same_instant(graph, other, clock):
    """While the clock stands still, each write is recorded one microsecond after the previous revision."""
    works = [lambda g=g: [touch(g, clock) for _ in range(WRITES)] for g in (graph, other) * (WRITERS // 2)]
    states = sorted((state for batch in concurrently(*works) for state in batch), key=lambda state: state.revision)
    expected = [clock.now + timedelta(microseconds=nth) for nth in range(WRITERS * WRITES)]
    assert [state.recorded for state in states] == expected
    assert [state.revision for state in states] == list(range(1, WRITERS * WRITES + 1))
    assert [state.sequence for state in states] == list(range(WRITERS * WRITES)), "an update was lost"
    assert compartments.read_state(other).recorded == expected[-1]


def test_recorded_instants_increase_when_the_clock_goes_back(graph, clock):
    """A clock up to a minute behind the last instant is ignored; a clock ahead of it is used."""
    first = touch(graph, clock).recorded
    behind = clock.forward(seconds=-60)
    assert touch(graph, clock).recorded == first + timedelta(microseconds=1)
    ahead = clock.forward(hours=10)
    assert (behind < first, touch(graph, clock).recorded) == (True, ahead)


def test_concurrent_loads_of_different_entries_are_both_in_force(listed, other, clock):
    """Neither load undoes the other, and the derived edges follow from both."""
    reports = concurrently(
        lambda: load_bases(listed, clock, bases("000003", "000001"), OPTIONS),
        lambda: load_bases(other, clock, bases("000005", "000001"), OPTIONS),
    )
    last = compartments.read_state(listed)
    assert [report.applied for report in reports] == [True, True]
    assert (last.revision, last.sequence) == (3, 3)
    assert declared_bases(listed, "000003", last.recorded) == ["000001"]
    assert declared_bases(listed, "000005", last.recorded) == ["000001"]
    assert verify(listed, now, 5).faults == []


def test_concurrent_loads_of_one_entry_leave_one_in_force_and_both_in_the_history(listed, other, clock):
    """The second load closes the declaration of the first one; the history keeps both."""
    concurrently(
        lambda: load_bases(listed, clock, bases("000007", "000001"), OPTIONS),
        lambda: load_bases(other, clock, bases("000007", "000002"), OPTIONS),
    )
    instants = facts.recorded_instants(listed)
    believed = [declared_bases(listed, "000007", instant) for instant in instants[-2:]]
    assert sorted(believed) == [["000001"], ["000002"]]
    assert len(instants) == 3
    assert verify(listed, now, 5).faults == []


def test_the_same_load_run_concurrently_is_applied_once(listed, other, clock):
    """The slower load finds nothing to change."""
    reports = concurrently(
        *(lambda g=g: load_bases(g, clock, bases("000007", "000001"), OPTIONS) for g in (listed, other))
    )
    assert sorted(report.applied for report in reports) == [False, True]
    assert (compartments.read_state(listed).revision, compartments.read_state(listed).sequence) == (2, 2)


def all_rows(graph: Graph, known_at: datetime) -> tuple[object, ...]:
    """Everything in force at a recorded instant, for comparison with a later read of the same instant."""
    believed = facts.all_facts(graph, known_at)
    steps, held = facts.derived_rows(graph, known_at)
    revisions = sorted((r.id, r.valid_from, r.valid_to) for rows in believed.revisions.values() for r in rows)
    declarations = sorted((d.id, d.given) for rows in believed.declarations.values() for d in rows)
    return revisions, declarations, sorted(map(repr, steps)), sorted(map(repr, held))


def newest(graph: Graph, known_at: datetime) -> tuple[object, ...]:
    """The recorded instants up to the given one: a fast read, so that readers can repeat it often."""
    return ([instant for instant in facts.recorded_instants(graph) if instant <= known_at],)


@pytest.mark.deep("readers and writers at the same time")
def test_readers_never_see_half_a_load(listed, other, tmp_path):
    """Eight readers see, at every recorded instant during the loads, exactly the rows that are there afterwards."""
    ended = threading.Event()
    looks = [(g, look) for look in (all_rows, newest, newest, newest) for g in (listed, other)]
    assert len(looks) == READERS

    def read(graph: Graph, look: Callable[[Graph, datetime], tuple[object, ...]]) -> list[tuple[datetime, Any]]:
        seen = []
        while not ended.is_set():
            at = compartments.read_state(graph).recorded
            seen.append((at, look(graph, at)))
        return seen

    with ThreadPoolExecutor(READERS) as threads:
        reading = [threads.submit(read, graph, look) for graph, look in looks]
        try:
            for version in range(2, LISTS + 1):
                load(listed, write_list(tmp_path, version, MANY), recorded(version))
        finally:
            ended.set()
    quiet = {(look, recorded(v)): look(listed, recorded(v)) for v in range(1, LISTS + 1) for look in (all_rows, newest)}
    differing = [
        (look.__name__, at)
        for (_, look), future in zip(looks, reading, strict=True)
        for at, seen in future.result()
        if seen != quiet[look, at]
    ]
    seen_at = {at for future in reading for at, _ in future.result()}
    assert differing == []
    assert len(seen_at) > 1, "the readers saw no load happen"


@pytest.mark.parametrize("failure", [RuntimeError, ValueError, OSError, KeyboardInterrupt])
def test_a_failing_write_leaves_no_trace_and_raises_its_own_error(listed, clock, failure):
    """Any exception in the work rolls the transaction back and is raised unchanged, not as an engine error."""
    before = digest(listed)

    def work(transaction: QueryRunner) -> None:
        state = compartments.begin_write(transaction, clock)
        compartments.stamp_state(transaction, state.recorded, 77, GENESIS)
        raise failure("of the work")

    with pytest.raises(failure, match="of the work") as raised:
        listed.write(work)
    assert type(raised.value) is failure
    assert digest(listed) == before
    assert touch(listed, clock).revision == 2, "the lock was kept"


class RetriedGraph:
    """A graph that rolls back and repeats every write once, as a driver does after a transient failure."""

    class Lost(Exception):
        """Rolls back the first try."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.dialect = graph.dialect

    def write(self, work: Callable[[QueryRunner], Any]) -> Any:
        """Runs work, rolls it back, and runs it again."""

        def undone(transaction: QueryRunner) -> None:
            work(transaction)
            raise self.Lost

        with pytest.raises(self.Lost):
            self._graph.write(undone)
        return self._graph.write(work)


class UnacknowledgedGraph(RetriedGraph):
    """A graph that commits each write and loses the acknowledgement."""

    def write(self, work: Callable[[QueryRunner], Any]) -> Any:
        """Runs work and raises EngineUnavailable."""
        self._graph.write(work)
        raise EngineUnavailable("The acknowledgement was lost.")


def loads(graph: Any, path: Path, clock: Clock) -> list[LoadReport]:
    """Loads a list and a bases file."""
    file = read_list(path, Limits())
    return [
        load_list(graph, clock, file, path.name, OPTIONS),
        load_bases(graph, clock, bases("000007", "000001"), OPTIONS),
    ]


@pytest.fixture
def once(tmp_path: Path) -> Iterator[Graph]:
    """A second, embedded graph with the same list, on which each work runs once."""
    graph = connect(Settings(graph=f"ladybug:{tmp_path}/once.lbdb"))
    migrate(graph)
    load(graph, write_list(tmp_path, 1, ENTRIES), recorded(1))
    yield graph
    graph.close()


def test_retried_work_has_the_effect_of_one_run(listed, once, tmp_path, clock):
    """Neither the graph nor the report has duplicates; the second try gets a new instant."""
    path = write_list(tmp_path, 2, ENTRIES)
    expected, twice = loads(once, path, clock), loads(RetriedGraph(listed), path, clock)
    assert digest(listed) == digest(once)
    assert [unnamed(report) for report in twice] == [unnamed(report) for report in expected]
    assert [report.applied for report in twice] == [True, True]


def unnamed(report: LoadReport) -> LoadReport:
    """A report without the random ids of its amendments."""
    return report.model_copy(update={"amendments": ["" for _ in report.amendments]})


def test_a_load_with_a_lost_acknowledgement_can_be_repeated(listed, clock):
    """The second load finds the first one, reports nothing applied, and duplicates nothing."""
    with pytest.raises(EngineUnavailable):
        load_bases(UnacknowledgedGraph(listed), clock, bases("000007", "000001"), OPTIONS)
    before = digest(listed)
    assert load_bases(listed, clock, bases("000007", "000001"), OPTIONS).applied is False
    assert digest(listed) == before


@pytest.fixture
def neo4j_graph(on_neo4j: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Graph]:
    """An empty, migrated Neo4j."""
    graph = open_empty(on_neo4j, request, tmp_path)
    yield graph
    graph.close()


def test_work_that_raises_on_its_second_try_leaves_no_trace(neo4j_graph, clock):
    """The graph repeats work after a transient failure; an exception of the second try rolls everything back."""
    before, tries = digest(neo4j_graph), list[int]()

    def work(transaction: QueryRunner) -> None:
        compartments.begin_write(transaction, clock)
        tries.append(1)
        if len(tries) == 1:
            raise EngineUnavailable("for the test") from TransientError("for the test")
        raise RuntimeError("the second time")

    with pytest.raises(RuntimeError, match="the second time"):
        neo4j_graph.write(work)
    assert len(tries) == 2
    assert digest(neo4j_graph) == before


@pytest.mark.parametrize("options", [OPTIONS, LoadOptions(made_by="test", reason="x", dry_run=True)])
def test_a_load_without_changes_raises_no_revision(listed, tmp_path, clock, options):
    """The same files again, or a dry run of them, leave the compartment unchanged, so cached answers stay valid."""
    load_bases(listed, clock, bases("000007", "000001"), OPTIONS)
    before, state = digest(listed), compartments.read_state(listed)
    again = read_list(write_list(tmp_path, 1, ENTRIES), Limits())
    again.paths.clear()
    clock.forward(days=1)
    assert load_list(listed, clock, again, "list-1.csv", options).applied is False
    assert load_bases(listed, clock, bases("000007", "000001"), options).applied is False
    assert compartments.read_state(listed) == state
    assert digest(listed) == before


def test_a_refused_load_leaves_no_trace(listed, tmp_path, clock):
    """A list refused within its transaction does not use up a revision."""
    before = digest(listed)
    late = read_list(write_list(tmp_path, 0, ENTRIES), Limits())
    with pytest.raises(FileRefused, match="in version order"):
        load_list(listed, clock, late, "list-0.csv", OPTIONS)
    assert digest(listed) == before
