"""A statement that runs when its work is stopped: it ends at once on both engines, and the graph goes on."""

import threading
import time

import pytest
from neo4j import GraphDatabase

from service.domain.work import WorkLimits, working
from service.errors import EngineUnavailable, WorkStopped
from service.graph import ladybug_file, neo4j, neo4j_terminator
from service.graph.deadlines import Deadlines, long_work
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate
from service.graph.neo4j_terminator import TransactionTerminator
from service.repositories import compartments
from tests.conftest import EXAMPLE_CLOCK, open_empty

LONG = "UNWIND range(1, 1000000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a % 7 = b % 11 RETURN count(*) AS n"


@pytest.fixture
def embedded(tmp_path):
    """An empty embedded graph."""
    yield from opened(tmp_path)


@pytest.fixture
def impatient(tmp_path):
    """An embedded graph whose statements may run for a fifth of a second, and those of loads for a minute."""
    yield from opened(tmp_path, Deadlines(transaction=0.2, silence=1), Deadlines(transaction=60, silence=1))


def opened(folder, *deadlines):
    """An empty embedded graph, which is closed after the test."""
    graph = LadybugGraph(folder / "graph.lbdb", *deadlines)
    migrate(graph)
    yield graph
    graph.close()


def stopped_while(run, after=0.2):
    """The seconds that a function takes whose long statement is stopped after so many seconds."""
    work, began = WorkLimits(), time.monotonic()
    with pytest.MonkeyPatch.context() as patch, working(work), pytest.raises(WorkStopped):
        patch.setattr(ladybug_file, "prepare_statement", lambda query, dialect, arguments: LONG)
        threading.Timer(after, work.stop).start()
        run()
    return time.monotonic() - began


def test_a_long_read_ends_with_its_work(embedded):
    """Uninterrupted it would take minutes. The connection serves the next query."""
    assert stopped_while(lambda: compartments.read_state(embedded)) < 1.2
    assert compartments.read_state(embedded).revision == 0


def test_a_long_write_ends_with_its_work_and_leaves_nothing(embedded):
    """The transaction is rolled back, and the next one commits."""

    def write():
        with pytest.MonkeyPatch.context() as before:
            before.setattr(ladybug_file, "prepare_statement", ORIGINAL)
            embedded.write(lambda transaction: (begin(transaction, before), compartments.read_state(transaction)))

    def begin(transaction, before):
        compartments.begin_write(transaction, EXAMPLE_CLOCK)
        before.setattr(ladybug_file, "prepare_statement", lambda query, dialect, arguments: LONG)

    assert stopped_while(write) < 1.2
    assert compartments.read_state(embedded).revision == 0
    embedded.write(lambda transaction: compartments.begin_write(transaction, EXAMPLE_CLOCK))
    assert compartments.read_state(embedded).revision == 1


ORIGINAL = ladybug_file.prepare_statement


def long_statement(patch):
    """Lets every query run the statement that takes minutes."""
    patch.setattr(ladybug_file, "prepare_statement", lambda query, dialect, arguments: LONG)


def test_a_statement_has_a_deadline(impatient):
    """The engine ends the statement, and the connection serves the next query."""
    began = time.monotonic()
    with pytest.MonkeyPatch.context() as patch, pytest.raises(EngineUnavailable, match=r"more than 0\.2 s"):
        long_statement(patch)
        compartments.read_state(impatient)
    assert time.monotonic() - began < 1.5
    assert compartments.read_state(impatient).revision == 0


def test_a_write_beyond_its_deadline_leaves_nothing_and_later_ones_are_accepted(impatient):
    """The disk is not at fault: the graph does not refuse writes, as it would after a failed one."""

    def write(transaction):
        compartments.begin_write(transaction, EXAMPLE_CLOCK)
        with pytest.MonkeyPatch.context() as patch:
            long_statement(patch)
            compartments.read_state(transaction)

    with pytest.raises(EngineUnavailable, match=r"more than 0\.2 s"):
        impatient.write(write)
    assert (impatient.writes_refused, compartments.read_state(impatient).revision) == (None, 0)
    impatient.write(lambda transaction: compartments.begin_write(transaction, EXAMPLE_CLOCK))
    assert compartments.read_state(impatient).revision == 1


def test_long_work_has_a_longer_deadline(impatient):
    """What ends it here is its stop."""

    def read():
        with long_work():
            compartments.read_state(impatient)

    assert 0.6 <= stopped_while(read, after=0.6) < 2


@pytest.fixture
def on_server(on_neo4j, request, tmp_path):
    """An empty graph on Neo4j."""
    graph = open_empty(on_neo4j, request, tmp_path)
    yield graph
    graph.close()


BUSY = "UNWIND range(1, 1000000000) AS n WITH n WHERE n < 0 RETURN count(n) AS n"


def running(graph):
    """How many transactions with such a statement the server runs."""
    with graph._driver.session() as session:
        rows = session.run("SHOW TRANSACTIONS YIELD currentQuery WHERE currentQuery STARTS WITH 'UNWIND range(1, 1000'")
        return len(list(rows))


def ends_on_neo4j(graph, run):
    """Asserts that a function ends soon after the stop of its work, and that the server then runs no such statement."""
    assert running(graph) == 0  # opens the connection
    work, began = WorkLimits(), time.monotonic()
    with pytest.MonkeyPatch.context() as patch, working(work), pytest.raises(WorkStopped):
        patch.setattr(neo4j, "prepare_statement", lambda query, dialect, arguments: BUSY)
        threading.Timer(0.5, work.stop).start()
        run()
    assert time.monotonic() - began < 2.5
    assert running(graph) == 0


@pytest.mark.deep("a statement that runs for half a second; the write has the same way")
def test_neo4j_ends_a_read_whose_work_is_stopped(on_server):
    """The statement would run for minutes. The next query is answered."""
    ends_on_neo4j(on_server, lambda: compartments.read_state(on_server))
    assert compartments.read_state(on_server).revision == 0


def test_neo4j_ends_a_write_whose_work_is_stopped_and_keeps_nothing(on_server):
    """The transaction is rolled back, and the next one commits."""

    def write():
        def work(transaction):
            with pytest.MonkeyPatch.context() as before:
                before.setattr(neo4j, "prepare_statement", NEO4J_STATEMENT)
                compartments.begin_write(transaction, EXAMPLE_CLOCK)
            compartments.read_state(transaction)

        on_server.write(work)

    ends_on_neo4j(on_server, write)
    assert compartments.read_state(on_server).revision == 0
    on_server.write(lambda transaction: compartments.begin_write(transaction, EXAMPLE_CLOCK))
    assert compartments.read_state(on_server).revision == 1


NEO4J_STATEMENT = neo4j.prepare_statement


@pytest.mark.deep("a connection that is refused for some seconds")
def test_a_terminator_that_meets_no_server_leaves_the_statement_to_its_deadline(on_server, monkeypatch):
    """It says so in the log, and the work ends as soon as the statement does."""
    lines = []
    monkeypatch.setattr(neo4j_terminator.log, "warning", lambda event, **fields: lines.append(event))
    terminator = TransactionTerminator(lambda: GraphDatabase.driver("bolt://127.0.0.1:1", connection_timeout=1))
    work = WorkLimits()
    with pytest.raises(WorkStopped), working(work), terminator.interruptible(terminator.new_metadata()):
        work.stop()
        deadline = time.monotonic() + 10
        while not lines and time.monotonic() < deadline:
            time.sleep(0.02)
        raise EngineUnavailable("the deadline of the transaction")
    terminator.close()
    assert set(lines) == {"neo4j transaction not terminated"}
