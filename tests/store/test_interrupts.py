"""A statement of the embedded engine that runs when its work is stopped: it ends at once, and the graph goes on."""

import threading
import time

import pytest

from service.domain.work import WorkLimits, working
from service.errors import EngineUnavailable, WorkStopped
from service.graph import ladybug_file
from service.graph.deadlines import Deadlines, long_work
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate
from service.repositories import compartments
from tests.conftest import EXAMPLE_CLOCK

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
