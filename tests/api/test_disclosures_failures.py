"""No answer waits for the disclosure log or fails with it: the writer blocked, the engine unavailable, the log full."""

import threading
import time
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from structlog.testing import capture_logs

from service.application.disclosures import log as log_module
from service.application.disclosures.log import DisclosureLog
from service.errors import EngineError, EngineUnavailable
from service.repositories import disclosures as store
from service.schemas.responses.disclosures import AnswerSummary
from tests.conftest import EXAMPLE_CLOCK, Ticking
from tests.disclosure_client import SUPPLIERS, disclosure_client, wait_until_written
from tests.loaders.files import Desk, asked, entry
from tests.templates import emptied

SUPPLIER = SUPPLIERS[0]
PAIRS = [(a, b) for a in range(1, 7) for b in range(1, 7) if a != b]
AMENDMENTS = 12


@pytest.fixture
def listed(graph, tmp_path):
    """A graph with a list of a few entries, and its clock."""
    clock = Ticking(EXAMPLE_CLOCK.now)
    desk = Desk(emptied(graph), clock, tmp_path)
    desk.issue("1.001", "2025-01-10", [entry(number) for number in range(1, 7)])
    desk.bases(("1", "N/A"), ("2", "1"), ("3", "2"))
    clock.forward(hours=1)
    return SimpleNamespace(graph=graph, clock=clock)


class InterceptedGraph:
    """A graph that calls a function before each write of the log; reads are unchanged."""

    def __init__(self, graph, before_write):
        self._graph, self._before_write = graph, before_write

    def __getattr__(self, name):
        return getattr(self._graph, name)

    def write(self, work):
        """Calls the function, then writes, if the log's thread writes."""
        if threading.current_thread().name == "disclosures":
            self._before_write()
        return self._graph.write(work)


def rows(graph):
    """The number of disclosures in the graph."""
    return asked(graph, "MATCH (t:Told) RETURN count(t) AS n")[0]["n"]


def ask_for_all_pairs(api):
    """Asks for every pair, and returns the duration of the slowest answer in seconds."""
    slowest = 0.0
    for base, target in PAIRS:
        began = time.monotonic()
        api.ask(SUPPLIER, f"/v1/pathways?from={base}&to={target}")
        slowest = max(slowest, time.monotonic() - began)
    return slowest


def test_answers_do_not_wait_for_a_blocked_writer(listed):
    """Every answer arrives at once; when the writer continues, it writes every record."""
    proceed, reached = threading.Event(), threading.Event()

    def block():
        reached.set()
        assert proceed.wait(60)

    with disclosure_client(InterceptedGraph(listed.graph, block), listed.clock) as api:
        api.ask(SUPPLIER, "/v1/pathways?from=1&to=2")
        assert reached.wait(30)
        assert ask_for_all_pairs(api) < 5
        assert rows(listed.graph) == 0
        assert api.ask("secas", "/v1/disclosures").json()["items"] == []
        proceed.set()
        wait_until_written(api.client)
        assert rows(listed.graph) == len(PAIRS)


@pytest.mark.parametrize("failure", [EngineUnavailable, EngineError, RuntimeError])
def test_answers_do_not_depend_on_the_log_writer(listed, monkeypatch, failure):
    """The log retries failed writes, and loses no record."""
    monkeypatch.setattr(log_module, "_LONGEST_WAIT", 0.02)
    failures_left = [4]

    def fail():
        if failures_left[0]:
            failures_left[0] -= 1
            raise failure("the engine is away")

    with capture_logs() as logs, disclosure_client(InterceptedGraph(listed.graph, fail), listed.clock) as api:
        ask_for_all_pairs(api)
        wait_until_written(api.client)
        assert rows(listed.graph) == len(PAIRS)
    assert [line["failures"] for line in logs if line["event"] == "disclosures not written"] == [1, 2, 3, 4]
    assert not [line for line in logs if line["log_level"] == "error"]


SUMMARY = AnswerSummary(EXAMPLE_CLOCK.now, "1.0", "none")


@contextmanager
def logging(graph, monkeypatch, **options):
    """A log over a graph, without a service."""
    monkeypatch.setattr(log_module, "_PAUSE", 0.0)
    monkeypatch.setattr(log_module, "_LONGEST_WAIT", 0.02)
    with DisclosureLog(graph, EXAMPLE_CLOCK, 90, **options) as disclosure_log:
        state = SimpleNamespace(services=SimpleNamespace(disclosure_log=disclosure_log))
        yield SimpleNamespace(client=SimpleNamespace(app=SimpleNamespace(state=state)), log=disclosure_log)


def tell(log, target):
    """Records that there is no route to a target."""
    log.record(SUPPLIER, "pathway", ("000001", target), False, EXAMPLE_CLOCK.now, SUMMARY)


def test_a_full_log_drops_new_records_and_reports_them(graph, monkeypatch):
    """The report holds the number of dropped records; a later record of the same answer is written."""
    unavailable = [True]

    def fail_while_unavailable():
        if unavailable[0]:
            raise EngineUnavailable("the engine is away")

    with (
        capture_logs() as logs,
        logging(InterceptedGraph(graph, fail_while_unavailable), monkeypatch, max_waiting=3) as harness,
    ):
        for target in "abcde":
            tell(harness.log, target)
        assert harness.log.waiting == 3
        unavailable[0] = False
        wait_until_written(harness.client)
        tell(harness.log, "e")
        wait_until_written(harness.client)
    assert {row["t"] for row in asked(graph, "MATCH (t:Told) RETURN t.target AS t")} == {*"abce"}
    errors = [(line["event"], line["rows"]) for line in logs if line["log_level"] == "error"]
    assert errors == [("disclosures dropped", 1), ("disclosures lost", 2)]


def test_a_record_that_cannot_be_written_does_not_block_others(graph, monkeypatch):
    """The log isolates, drops and counts the faulty record."""
    original = store.write_disclosures

    def write(target_graph, disclosures):
        if any(row.target == "c" for row in disclosures):
            raise EngineError("this one cannot be written")
        original(target_graph, disclosures)

    monkeypatch.setattr(store, "write_disclosures", write)
    with capture_logs() as logs, logging(graph, monkeypatch) as harness:
        for target in "abcdef":
            tell(harness.log, target)
        wait_until_written(harness.client)
    assert {row["t"] for row in asked(graph, "MATCH (t:Told) RETURN t.target AS t")} == {*"abdef"}
    assert ("disclosures dropped", 1) in [(line["event"], line.get("rows")) for line in logs]


def test_an_unavailable_engine_does_not_delay_shutdown(graph, monkeypatch):
    """The log counts the records that it loses at shutdown."""
    monkeypatch.setattr(log_module, "_STOP_TIMEOUT", 0.2)
    proceed = threading.Event()
    began = time.monotonic()
    with capture_logs() as logs, logging(InterceptedGraph(graph, lambda: proceed.wait(60)), monkeypatch) as harness:
        tell(harness.log, "a")
    assert time.monotonic() - began < 10
    proceed.set()
    harness.log._thread.join(30)  # before its graph is closed
    assert [line["rows"] for line in logs if line["event"] == "disclosures lost"] == [1]


def test_a_failed_deletion_does_not_stop_the_log(graph, monkeypatch):
    """Records are written nevertheless."""
    monkeypatch.setattr(store, "delete_older", lambda *_: 1 / 0)
    with capture_logs() as logs, logging(graph, monkeypatch) as harness:
        tell(harness.log, "a")
        wait_until_written(harness.client)
    assert rows(graph) == 1
    assert [line["event"] for line in logs] == ["old disclosures not deleted"]


def test_an_unencodable_organisation_is_recorded_with_a_replacement(graph, monkeypatch):
    """A claim of a token may hold a lone surrogate."""
    with logging(graph, monkeypatch) as harness:
        harness.log.record("Half \ud800", "pathway", ("000001", "000002"), False, EXAMPLE_CLOCK.now, SUMMARY)
        wait_until_written(harness.client)
    assert asked(graph, "MATCH (t:Told) RETURN t.organisation AS o") == [{"o": "Half ?"}]


@pytest.mark.deep("readers and writers at the same time")
def test_amendments_and_the_log_run_concurrently(listed):
    """Every amendment is recorded, and every answer is returned and recorded."""
    with capture_logs() as logs, disclosure_client(listed.graph, listed.clock) as api:
        stop = threading.Event()

        def amend():
            for nth in range(AMENDMENTS):
                edits = [{"entry": "6", "bases": ["5"] if nth % 2 else ["4"]}]
                id = api.ask("secas", "/v1/impact", {"edits": edits, "findings": False}).json()["id"]
                body = {"edits": edits, "by": "A", "reason": "r", "impact": id}
                api.ask("secas", "/v1/amendments", body, status=201)
                listed.clock.forward(seconds=1)
            stop.set()

        thread = threading.Thread(target=amend)
        thread.start()
        while not stop.is_set() and thread.is_alive():
            ask_for_all_pairs(api)
        thread.join()
        assert stop.is_set()
        wait_until_written(api.client)
        last = {(i["from"], i["to"]): i["told"] for i in reversed(api.disclosures(organisation=SUPPLIER))}
        ask_for_all_pairs(api)
        now = {(i["from"], i["to"]): i["told"] for i in reversed(api.disclosures(organisation=SUPPLIER))}
    assert len(last) == len(now) == len(PAIRS)
    assert not [line for line in logs if line["event"].startswith("disclosures")]
