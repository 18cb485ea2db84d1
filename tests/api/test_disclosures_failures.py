"""No answer waits for the log, and none fails by it: the writer blocked, the engine away, the log full."""

import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from service.application.disclosures import log as telling
from service.application.disclosures.log import DisclosureLog
from service.errors import EngineError, EngineUnavailable
from service.repositories import disclosures as store
from service.schemas.responses.disclosures import AnswerSummary
from tests.conftest import EXAMPLE_CLOCK, Ticking
from tests.disclosure_desk import SUPPLIERS, counter, written
from tests.loaders.files import Desk, asked, entry
from tests.templates import emptied

ONE = SUPPLIERS[0]
PAIRS = [(a, b) for a in range(1, 7) for b in range(1, 7) if a != b]
AMENDMENTS = 12


@pytest.fixture
def listed(graph, tmp_path):
    """A list of a few entries."""
    clock = Ticking(EXAMPLE_CLOCK.now)
    desk = Desk(emptied(graph), clock, tmp_path)
    desk.issue("1.001", "2025-01-10", [entry(number) for number in range(1, 7)])
    desk.bases(("1", "N/A"), ("2", "1"), ("3", "2"))
    clock.forward(hours=1)
    return SimpleNamespace(graph=graph, clock=clock)


class Hindered:
    """A graph whose writes do something first; reads are let through."""

    def __init__(self, graph, first):
        self._graph, self._first = graph, first

    def __getattr__(self, name):
        return getattr(self._graph, name)

    def write(self, work):
        """Does what is done first, then writes."""
        if threading.current_thread().name == "disclosures":
            self._first()
        return self._graph.write(work)


def rows(graph):
    """How many rows are kept."""
    return asked(graph, "MATCH (t:Told) RETURN count(t) AS n")[0]["n"]


def everything(desk):
    """Asks for every pair, and gives how long the slowest answer took, in seconds."""
    slowest = 0.0
    for base, target in PAIRS:
        began = time.monotonic()
        desk.ask(ONE, f"/v1/pathways?from={base}&to={target}")
        slowest = max(slowest, time.monotonic() - began)
    return slowest


def test_answers_are_given_while_the_writer_is_blocked(listed):
    """Every one of them, at once; when it goes on, all of them are written."""
    free, reached = threading.Event(), threading.Event()

    def blocked():
        reached.set()
        assert free.wait(60)

    with counter(Hindered(listed.graph, blocked), listed.clock) as desk:
        desk.ask(ONE, "/v1/pathways?from=1&to=2")
        assert reached.wait(30)
        assert everything(desk) < 5
        assert rows(listed.graph) == 0
        assert desk.ask("secas", "/v1/disclosures").json()["items"] == []
        free.set()
        written(desk.client)
        assert rows(listed.graph) == len(PAIRS)


@pytest.mark.parametrize("failure", [EngineUnavailable, EngineError, RuntimeError])
def test_answers_are_given_while_the_engine_fails(listed, monkeypatch, failure):
    """What could not be written is tried again, and none of it is lost."""
    monkeypatch.setattr(telling, "_LONGEST_WAIT", 0.02)
    left = [4]

    def fails():
        if left[0]:
            left[0] -= 1
            raise failure("the engine is away")

    with capture_logs() as logs, counter(Hindered(listed.graph, fails), listed.clock) as desk:
        everything(desk)
        written(desk.client)
        assert rows(listed.graph) == len(PAIRS)
    assert [line["failures"] for line in logs if line["event"] == "disclosures not written"] == [1, 2, 3, 4]
    assert not [line for line in logs if line["log_level"] == "error"]


SAID = AnswerSummary(EXAMPLE_CLOCK.now, "1.0", "none")


@contextmanager
def logging(graph, monkeypatch, **how):
    """A log over a graph, in no service."""
    monkeypatch.setattr(telling, "_PAUSE", 0.0)
    monkeypatch.setattr(telling, "_LONGEST_WAIT", 0.02)
    with DisclosureLog(graph, EXAMPLE_CLOCK, 90, **how) as found:
        yield SimpleNamespace(client=SimpleNamespace(app=SimpleNamespace(state=SimpleNamespace(log=found))), log=found)


def tell(log, target):
    """That there is no way to a target."""
    log.record(ONE, "pathway", ("000001", target), False, EXAMPLE_CLOCK.now, SAID)


def test_a_log_that_is_full_drops_what_comes_and_says_so(graph, monkeypatch):
    """With the number of what was dropped; what is told again later is written."""
    away = [True]

    def first():
        if away[0]:
            raise EngineUnavailable("the engine is away")

    with capture_logs() as logs, logging(Hindered(graph, first), monkeypatch, max_waiting=3) as here:
        for target in "abcde":
            tell(here.log, target)
        assert here.log.waiting == 3
        away[0] = False
        written(here.client)
        tell(here.log, "e")
        written(here.client)
    assert {row["t"] for row in asked(graph, "MATCH (t:Told) RETURN t.target AS t")} == {*"abce"}
    said = [(line["event"], line["rows"]) for line in logs if line["log_level"] == "error"]
    assert said == [("disclosures dropped", 1), ("disclosures lost", 2)]


def test_what_no_graph_takes_does_not_hold_up_the_rest(graph, monkeypatch):
    """It is looked for, dropped and counted."""
    usual = store.write_disclosures

    def write(to, tellings):
        if any(one.target == "c" for one in tellings):
            raise EngineError("this one cannot be written")
        usual(to, tellings)

    monkeypatch.setattr(store, "write_disclosures", write)
    with capture_logs() as logs, logging(graph, monkeypatch) as here:
        for target in "abcdef":
            tell(here.log, target)
        written(here.client)
    assert {row["t"] for row in asked(graph, "MATCH (t:Told) RETURN t.target AS t")} == {*"abdef"}
    assert ("disclosures dropped", 1) in [(line["event"], line.get("rows")) for line in logs]


def test_an_engine_that_stays_away_ends_no_service_late(graph, monkeypatch):
    """What is lost when it stops is counted."""
    monkeypatch.setattr(telling, "_STOP_TIMEOUT", 0.2)
    free = threading.Event()
    began = time.monotonic()
    with capture_logs() as logs, logging(Hindered(graph, lambda: free.wait(60)), monkeypatch) as here:
        tell(here.log, "a")
    assert time.monotonic() - began < 10
    free.set()
    here.log._thread.join(30)  # before its graph is closed
    assert [line["rows"] for line in logs if line["event"] == "disclosures lost"] == [1]


def test_a_sweep_that_fails_is_no_end_of_the_log(graph, monkeypatch):
    """What is told is written all the same."""
    monkeypatch.setattr(store, "delete_older", lambda *_: 1 / 0)
    with capture_logs() as logs, logging(graph, monkeypatch) as here:
        tell(here.log, "a")
        written(here.client)
    assert rows(graph) == 1
    assert [line["event"] for line in logs] == ["old disclosures not deleted"]


def test_an_organisation_that_no_graph_can_spell_is_kept_otherwise(graph, monkeypatch):
    """A claim of a token may hold half a character."""
    with logging(graph, monkeypatch) as here:
        here.log.record("Half \ud800", "pathway", ("000001", "000002"), False, EXAMPLE_CLOCK.now, SAID)
        written(here.client)
    assert asked(graph, "MATCH (t:Told) RETURN t.organisation AS o") == [{"o": "Half ?"}]


def test_amendments_and_the_log_do_not_make_each_other_fail(listed):
    """Made at once: every amendment is recorded, every answer given and kept."""
    with capture_logs() as logs, counter(listed.graph, listed.clock) as desk:
        stop = threading.Event()

        def amends():
            for nth in range(AMENDMENTS):
                edits = [{"entry": "6", "bases": ["5"] if nth % 2 else ["4"]}]
                id = desk.ask("secas", "/v1/impact", {"edits": edits, "findings": False}).json()["id"]
                body = {"edits": edits, "by": "A", "reason": "r", "impact": id}
                desk.ask("secas", "/v1/amendments", body, status=201)
                listed.clock.forward(seconds=1)
            stop.set()

        thread = threading.Thread(target=amends)
        thread.start()
        while not stop.is_set() and thread.is_alive():
            everything(desk)
        thread.join()
        assert stop.is_set()
        written(desk.client)
        last = {(i["from"], i["to"]): i["told"] for i in reversed(desk.told(organisation=ONE))}
        everything(desk)
        now = {(i["from"], i["to"]): i["told"] for i in reversed(desk.told(organisation=ONE))}
    assert len(last) == len(now) == len(PAIRS)
    assert not [line for line in logs if line["event"].startswith("disclosures")]
