"""A Neo4j that is frozen, slow, short of memory or of another time: bounded waits, plain errors, and recovery."""

import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException

import pytest
from neo4j.exceptions import ConnectionAcquisitionTimeoutError, Neo4jError
from starlette.testclient import TestClient

from service.app import create_app
from service.errors import EngineMemoryExceeded, EngineUnavailable, OutcomeUnknown, WritesRefused
from service.graph import deadlines, neo4j_clock, neo4j_session, neo4j_watch
from service.graph.connect import connect
from service.graph.deadlines import LOADS, Deadlines, long_work
from service.graph.neo4j import Neo4jGraph
from service.graph.neo4j_errors import engine_error
from service.graph.neo4j_pool import ConnectionPool
from service.graph.neo4j_session import WatchedSession
from service.graph.neo4j_watch import EngineWatch, ProbeResult
from service.repositories import compartments
from service.rules.records.amendment_chain import GENESIS
from service.settings import Settings
from tests.cli.conftest import COMMAND, environment
from tests.conftest import EXAMPLE_CLOCK, open_empty
from tests.neo4j_ladder import own_neo4j, to_terminal
from tests.store.crash_worker import load, recorded, write_list
from tests.store.test_engine_failures import bolt_server, pump

IN_ALL = 5  # seconds within which a read fails while the engine is frozen
AFTER_THAW = 5  # seconds within which the first read after the thaw is right
AT_ONCE = 1  # seconds for an answer that needs no engine, on a busy machine

ASK = "/v1/pathways?from=2&to=5"
BUSY = "UNWIND range(1, 1000000000) AS n WITH n WHERE n < 0 RETURN count(n) AS n"
PING = b"\x00\x02\xb0\x0f\x00\x00"  # Bolt's RESET
LARGE = "UNWIND range(1, 3000000) AS n WITH collect({n: n}) AS maps RETURN size(maps) AS n"


@pytest.fixture
def server(on_neo4j, neo4j):
    """The run's Neo4j as a process, which a test can freeze."""
    if neo4j.local is None:
        pytest.skip("only the Neo4j from Maven's artefacts can be frozen")
    return neo4j.local


@pytest.fixture
def graph(on_neo4j, request, tmp_path):
    """An empty graph on Neo4j."""
    graph = open_empty(on_neo4j, request, tmp_path)
    yield graph
    graph.close()


@pytest.fixture
def client(server, graph, tmp_path):
    """The service over ten entries of one device model and a half, on a Neo4j that can be frozen."""
    load(graph, write_list(tmp_path, 1, 10), recorded(1))
    with TestClient(create_app(Settings(), graph, EXAMPLE_CLOCK), raise_server_exceptions=False) as client:
        yield client


def timed(call, *arguments):
    """The seconds that a call took, and its result."""
    began = time.monotonic()
    result = call(*arguments)
    return time.monotonic() - began, result


def write(graph, number=1):
    """Writes one revision of the public compartment."""
    state = compartments.read_state(graph)
    at = state.recorded + timedelta(seconds=1)

    def work(transaction):
        compartments.begin_write(transaction, lambda: at)
        compartments.stamp_state(transaction, at, number, GENESIS)

    graph.write(work)


def right_again(client, before):
    """The seconds until the service gives the same answer as before; fails after `AFTER_THAW`."""
    began = time.monotonic()
    while (answer := client.get(ASK)).status_code == 503 and time.monotonic() - began < AFTER_THAW:
        time.sleep(0.05)
    assert answer.status_code == 200, answer.text
    assert answer.json()["steps"] == before.json()["steps"]
    return time.monotonic() - began


@pytest.fixture
def soon_silent(monkeypatch):
    """A watch that loses its patience with a silent server sooner than in service, which saves the tests seconds."""
    monkeypatch.setattr(neo4j_watch, "PROBE_TIMEOUT", 0.5)


def test_a_frozen_engine_makes_503_soon_and_is_used_again_after_its_thaw(client, server, soon_silent):
    """Callers get 503 within the bound, a later one at once; the process is alive; after the thaw answers are right."""
    before = client.get(ASK)
    assert before.status_code == client.get("/healthz").status_code == 200
    with ThreadPoolExecutor(8) as callers:
        with server.frozen():
            answers = [callers.submit(timed, client.get, f"/v1/entries?q={n}") for n in range(8)]
            time.sleep(0.2)
            assert client.get("/healthz").status_code == 200
            assert not any(answer.done() for answer in answers)  # the process answers its probe while callers wait
            for answer in answers:
                seconds, response = answer.result()
                assert (response.status_code, seconds < IN_ALL) == (503, True), (seconds, response.text)
                assert response.json()["type"].endswith(":engine-unavailable")
            assert timed(client.get, "/v1/entries?q=again")[0] < AT_ONCE
            assert client.get("/readyz").status_code == 503
        assert right_again(client, before) < AFTER_THAW


def test_the_watch_in_service_is_within_the_bound():
    """The test above has a shorter patience; with that of the service, too, a silent server is given up in time."""
    assert deadlines.SUSPICIOUS + neo4j_watch.PROBE_TIMEOUT + 3 * neo4j_watch.TICK < IN_ALL - 0.5


@pytest.fixture
def freeze_at_commit(server, soon_silent, monkeypatch):
    """A function after which the server freezes just before the next commit is sent, until that commit has failed."""
    commit = neo4j_session.WatchedSession.commit

    def freeze_and_commit(session, transaction):
        monkeypatch.setattr(neo4j_session.WatchedSession, "commit", commit)
        with server.frozen():
            commit(session, transaction)

    return lambda: monkeypatch.setattr(neo4j_session.WatchedSession, "commit", freeze_and_commit)


def test_an_unconfirmed_commit_is_told_and_never_repeated(graph, freeze_at_commit):
    """The commit is sent to a frozen server. After the thaw it is applied, or dropped with its connection, but not
    repeated; and the lock is free.
    """
    freeze_at_commit()
    with pytest.raises(OutcomeUnknown):
        write(graph)
    state = wait_for_state(graph)
    assert (state.revision, state.sequence) in ((0, 0), (1, 1))
    write(graph, 2)
    assert compartments.read_state(graph).sequence == 2


class Away:
    """A driver and its transaction, whose connection is cut while it commits: the driver takes that for a success."""

    def __init__(self, pool=None):
        self._pool, self.closed = pool or self, False

    def close(self):
        self.closed = True

    def commit(self):
        self._pool.cut()


class Answering:
    """A probe of a server that is alive."""

    def __call__(self, compare_clocks):
        return ProbeResult.ANSWER

    def close(self):
        """There is no connection."""


def test_a_commit_whose_connection_was_cut_is_no_success():
    """To the driver, a connection that another thread closed has no answers outstanding."""
    pool = ConnectionPool(lambda deadlines: Away(), LOADS)
    former, watch = pool.driver, EngineWatch(Answering())
    session = WatchedSession(watch, pool, lambda driver: driver)
    with pytest.raises(OutcomeUnknown):
        session.commit(Away(pool))
    with pytest.raises(EngineUnavailable):
        session.call(lambda: "half of the rows")
    until = time.monotonic() + 5
    while not former.closed:
        assert time.monotonic() < until
        time.sleep(0.01)
    watch.close()


@pytest.mark.deep("a whole amendment on a cold Neo4j")
def test_an_unconfirmed_amendment_is_named_and_found_by_its_retry(client, freeze_at_commit):
    """The commit is sent to a frozen server: 503 with the id. After the thaw the server applies that commit, or drops
    it with its connection; the same request with the id finds the amendment, or records it: there is one in any case.
    """
    edits = [{"entry": "2", "bases": None}]
    impact = client.post("/v1/impact", json={"edits": edits}).json()["id"]
    body = {"edits": edits, "by": "A. Person", "reason": "The maker says so.", "impact": impact}
    freeze_at_commit()
    unknown = client.post("/v1/amendments", json=body)
    assert (unknown.status_code, unknown.json()["type"].rpartition(":")[2]) == (503, "outcome-unknown")
    retry = body | {"id": unknown.json()["amendment"]}
    began = time.monotonic()
    while (found := client.post("/v1/amendments", json=retry)).status_code == 503:
        assert time.monotonic() - began < AFTER_THAW
        time.sleep(0.05)
    assert found.status_code in (200, 201), found.text
    assert found.json()["amendment"]["id"] == unknown.json()["amendment"]
    ids = [amendment["id"] for amendment in client.get("/v1/amendments?entry=2").json()["items"]]
    assert ids.count(retry["id"]) == 1
    assert len(ids) == 2  # the other one is the load's


def test_a_load_outlasts_a_freeze(server, graph, soon_silent):
    """Long work waits for a frozen server, where a question has failed."""
    with ThreadPoolExecutor(1) as loads:
        begun, frozen = threading.Event(), threading.Event()

        def long_write():
            def work(transaction):
                compartments.begin_write(transaction, EXAMPLE_CLOCK)
                begun.set()
                frozen.wait(10)
                compartments.stamp_state(transaction, EXAMPLE_CLOCK(), 7, GENESIS)

            with long_work():
                graph.write(work)

        loading = loads.submit(long_write)
        assert begun.wait(10)
        with server.frozen():
            frozen.set()
            with pytest.raises(EngineUnavailable):
                compartments.read_state(graph)
        loading.result(20)
    assert wait_for_state(graph).sequence == 7


def wait_for_state(graph):
    """The state of the graph, once the service knows that the server answers."""
    began = time.monotonic()
    while True:
        with suppress(EngineUnavailable):
            return compartments.read_state(graph)
        assert time.monotonic() - began < AFTER_THAW
        time.sleep(0.05)


def opened(settings, **seconds):
    """A graph with deadlines of its own."""
    return Neo4jGraph(settings.graph, settings.neo4j_user, "", "neo4j", **seconds)


def test_a_transaction_ends_at_the_server_after_its_deadline(on_neo4j, neo4j_settings):
    """A query that never ends is ended by Neo4j; the error says after how many seconds."""
    graph = opened(neo4j_settings, questions=Deadlines(transaction=0.5, silence=1))
    began = time.monotonic()
    with pytest.raises(EngineUnavailable, match=r"more than 0\.5 s"):
        graph.write(lambda transaction: transaction.records(BUSY, {}))
    assert time.monotonic() - began < IN_ALL
    graph.close()


def test_a_connection_that_lost_its_network_is_given_up_and_the_question_repeated(neo4j_settings, graph, monkeypatch):
    """One connection gets no answer any more while the server answers others: after its deadline the question is asked
    again on a new connection, and answered.
    """
    monkeypatch.setattr(neo4j_watch, "GRACE", 0.5)
    host, _, port = neo4j_settings.graph.rpartition("/")[2].partition(":")
    lost, carried = threading.Event(), set()

    def carry(client):
        with client, socket.create_connection((host, int(port))) as server, suppress(OSError):
            old = not lost.is_set()
            threading.Thread(target=pump, args=(server, client), daemon=True).start()
            while data := client.recv(65536):
                if old and lost.is_set() and PING not in data:
                    carried.add(client)
                    time.sleep(3)
                    return
                server.sendall(data)

    with bolt_server(carry) as url:
        before = compartments.read_state(graph)
        through = opened(neo4j_settings.model_copy(update={"graph": url}), questions=Deadlines(1, 1))
        assert compartments.read_state(through) == before
        time.sleep(0.5)  # the watch opens its own connection
        lost.set()
        seconds, after = timed(compartments.read_state, through)
        assert (after, bool(carried), seconds < IN_ALL) == (before, True, True)
        through.close()


@pytest.mark.deep("a Neo4j of its own")
def test_a_transaction_beyond_a_memory_limit_names_the_setting_and_is_not_repeated(request, tmp_path):
    """The error comes at once, and is no EngineUnavailable, which would be repeated for seconds."""
    tries, say = [], to_terminal(request.config)

    def work(transaction):
        tries.append(1)
        return transaction.records(LARGE, {})

    with own_neo4j(tmp_path, request.config.getoption("--require-neo4j"), say, megabytes=20) as server:
        graph = connect(Settings(graph=server.url))
        with pytest.raises(EngineMemoryExceeded, match=r"Raise db\.memory\.transaction\.max in"):
            graph.write(work)
        graph.close()
    assert tries == [1]


MEMORY = "Neo.TransientError.General"
TOTAL = "would use more than the limit 7.0 GiB. dbms.memory.transaction.total.max threshold reached"


@pytest.mark.parametrize(
    ("kind", "message", "setting"),
    [
        ("MemoryPoolOutOfMemoryError", TOTAL, r"dbms\.memory\.transaction\.total\.max"),
        ("TransactionOutOfMemoryError", "no name", r"dbms\.\S+\.total\.max or db\.memory\.transaction\.max"),
    ],
)
def test_a_memory_error_names_the_setting(kind, message, setting):
    """As Neo4j names it; otherwise both that there are. Such an error is not repeated, though the driver would."""
    failure = Neo4jError._hydrate_neo4j(code=f"{MEMORY}.{kind}", message=message)
    assert failure.is_retryable()
    error = engine_error(failure, 60)
    assert isinstance(error, EngineMemoryExceeded)
    assert re.fullmatch(rf"The transaction needs more memory than Neo4j allows\. Raise {setting} in .+", error.detail)


def test_an_acquisition_that_times_out_is_unavailable():
    """To the driver it is neither an unavailable server nor worth a repetition."""
    assert type(engine_error(ConnectionAcquisitionTimeoutError("no connection"), 60)) is EngineUnavailable


@pytest.mark.parametrize(("seconds", "side"), [(75, "behind"), (-75, "ahead of")])
def test_writes_are_refused_while_the_clocks_differ(graph, monkeypatch, seconds, side):
    """By more than a minute, with the difference in the reason; reads go on, and writes again when the clocks agree."""
    machine_time = neo4j_clock.machine_time
    monkeypatch.setattr("service.graph.neo4j.machine_time", lambda: machine_time() + timedelta(seconds=seconds))
    with pytest.raises(WritesRefused, match=rf"7[45] s {side} the clock of this service"):
        write(graph)
    assert "clock" in graph.writes_refused
    assert compartments.read_state(graph).sequence == 0
    monkeypatch.undo()
    write(graph)
    assert (graph.writes_refused, compartments.read_state(graph).sequence) == (None, 1)


def test_a_clock_within_a_minute_is_accepted(graph, monkeypatch):
    """Machines are never quite of one time."""
    machine_time = neo4j_clock.machine_time
    monkeypatch.setattr("service.graph.neo4j.machine_time", lambda: machine_time() + timedelta(seconds=55))
    write(graph)
    assert graph.writes_refused is None


CLIENTS, FROZEN, PROBE = 60, 60, 0.1


@pytest.fixture
def serving(server, graph, tmp_path):
    """The host and port of a server process over ten entries, on a Neo4j that can be frozen; and the process."""
    load(graph, write_list(tmp_path, 1, 10), recorded(1))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command, log = [*COMMAND, "serve", "--port", str(port)], tmp_path / "log"
    keys = str(tmp_path / "keys")  # its own: a key folder remembers the graph that was served from this address
    settings = environment(PATHWAYS_GRAPH=server.url, PATHWAYS_PUBLIC_RATE="0", PATHWAYS_RECEIPT_KEYS=keys)
    with log.open("w") as lines, subprocess.Popen(command, cwd=tmp_path, env=settings, stderr=lines) as process:
        until = time.monotonic() + 60
        while "running on" not in log.read_text() and time.monotonic() < until:
            time.sleep(0.1)
        yield f"127.0.0.1:{port}", process
        process.kill()


@pytest.fixture
def address(serving):
    """The host and port of this server process."""
    return serving[0]


def status(address, path):
    """The status of a response."""
    with closing(HTTPConnection(address, timeout=30)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        return response.status


@pytest.mark.deep("a server that Neo4j keeps from ending takes some 5 seconds")
def test_sigterm_ends_a_server_whose_engine_is_frozen(server, serving):
    """Within 8 s and with exit code 0, also while callers wait for the engine. What the disclosure log still has to
    write is lost then, and counted in the log: no engine takes it.
    """
    address, process = serving
    assert status(address, ASK) == 200
    with server.frozen(), ThreadPoolExecutor(4) as callers:
        waiting = [callers.submit(status_or_none, address, f"/v1/entries?q={number}") for number in range(4)]
        time.sleep(0.5)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert time.monotonic() - began < 8
        assert {call.result() for call in waiting} <= {503, None}


def status_or_none(address, path):
    """The status of a response; None where the server ends first."""
    with suppress(OSError, HTTPException):
        return status(address, path)
    return None


@pytest.mark.deep("a minute of a frozen engine")
def test_sixty_clients_of_an_engine_that_is_frozen_for_a_minute(server, address, capsys):
    """Every answer is 503 within 5 s, the process answers its probe, and all is right soon after the thaw."""
    ended, seen, probes = threading.Event(), [], []

    def caller(number):
        while not ended.is_set():
            seen.append(timed(status, address, f"/v1/entries?q={number}-{time.monotonic()}"))
            time.sleep(1)

    assert status(address, ASK) == 200
    with ThreadPoolExecutor(CLIENTS) as callers:
        with server.frozen():
            running = [callers.submit(caller, number) for number in range(CLIENTS)]
            until = time.monotonic() + FROZEN
            while time.monotonic() < until:
                probes.append(timed(status, address, "/healthz"))
                time.sleep(0.1)
            ended.set()
            for call in running:
                call.result()
        began = time.monotonic()
        while (last := status(address, ASK)) == 503 and time.monotonic() - began < AFTER_THAW:
            time.sleep(0.05)
        after = time.monotonic() - began
    slowest, probe = max(seen)[0], sorted(probes)[len(probes) * 99 // 100][0]
    with capsys.disabled():
        figures = f"the slowest {slowest:.2f} s; /healthz p99 {probe:.3f} s; right after {after:.2f} s"
        sys.stdout.write(f"\nfrozen: {len(seen)} answers, {figures}\n")
    assert (last, {code for _, code in seen}, {code for _, code in probes}) == (200, {503}, {200})
    assert (slowest < IN_ALL, probe < PROBE, after < AFTER_THAW) == (True, True, True)
