"""A statement of the embedded engine that runs when its work is stopped: it ends at once, and the graph goes on."""

import threading
import time

import pytest

from service.domain.work import Work, working
from service.errors import WorkStopped
from service.graph import ladybug
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate
from service.repositories import compartments
from tests.conftest import EXAMPLE_CLOCK

LONG = "UNWIND range(1, 1000000) AS a UNWIND range(1, 100000) AS b WITH a, b WHERE a % 7 = b % 11 RETURN count(*) AS n"


@pytest.fixture
def embedded(tmp_path):
    """An empty embedded graph."""
    graph = LadybugGraph(tmp_path / "graph.lbdb")
    migrate(graph)
    yield graph
    graph.close()


def stopped_while(run):
    """The seconds that a function takes whose long statement is stopped after a fifth of a second."""
    work, began = Work(), time.monotonic()
    with pytest.MonkeyPatch.context() as patch, working(work), pytest.raises(WorkStopped):
        patch.setattr(ladybug, "prepare_statement", lambda query, dialect, arguments: LONG)
        threading.Timer(0.2, work.stop).start()
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
            before.setattr(ladybug, "prepare_statement", ORIGINAL)
            embedded.write(lambda transaction: (begin(transaction, before), compartments.read_state(transaction)))

    def begin(transaction, before):
        compartments.begin_write(transaction, EXAMPLE_CLOCK)
        before.setattr(ladybug, "prepare_statement", lambda query, dialect, arguments: LONG)

    assert stopped_while(write) < 1.2
    assert compartments.read_state(embedded).revision == 0
    embedded.write(lambda transaction: compartments.begin_write(transaction, EXAMPLE_CLOCK))
    assert compartments.read_state(embedded).revision == 1


ORIGINAL = ladybug.prepare_statement
