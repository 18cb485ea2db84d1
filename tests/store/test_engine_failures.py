"""Engines that are unavailable, locked, corrupt or refuse a statement: one kind of error, no trace, recovery."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.domain.clock import BEGINNING, END, now
from service.errors import EngineError, EngineUnavailable, GraphLocked, OutcomeUnknown
from service.graph import neo4j as engine_neo4j
from service.graph import query
from service.graph.connect import connect
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate
from service.graph.neo4j import Neo4jGraph
from service.graph.protocol import Graph, QueryRunner
from service.graph.query import NoRow, Query
from service.repositories import compartments, facts
from service.repositories.write_transaction import AMENDMENT
from service.rules.records.amendment_chain import GENESIS
from service.settings import Settings
from tests.conftest import ROOT, open_empty
from tests.neo4j_ladder import own_neo4j, to_terminal
from tests.store.crash_worker import digest, load, recorded, write_list

QUICK = 6  # seconds within which a reader gets an error if the engine is unavailable
CLOSED_PORT = "bolt://127.0.0.1:1"


@pytest.mark.parametrize("ask", [compartments.read_state, migrate], ids=["a reader", "a start"])
def test_a_closed_port_is_reported_quickly(ask):
    """A read or a start without a running Neo4j raises EngineUnavailable within seconds instead of waiting."""
    graph, began = Neo4jGraph(CLOSED_PORT, "neo4j", "", "neo4j"), time.monotonic()
    with pytest.raises(EngineUnavailable, match="cannot be reached"):
        ask(graph)
    assert time.monotonic() - began < QUICK
    graph.close()


def test_a_writer_retries_for_a_bounded_time(monkeypatch):
    """A load survives a short outage of Neo4j. The driver doubles its waits, so the bound is twice its limit."""
    monkeypatch.setattr(engine_neo4j, "_WRITE_RETRIES", 2)
    graph, began = Neo4jGraph(CLOSED_PORT, "neo4j", "", "neo4j"), time.monotonic()
    with pytest.raises(EngineUnavailable, match="cannot be reached"):
        graph.write(lambda transaction: None)
    assert 2 < time.monotonic() - began < QUICK
    graph.close()


@pytest.mark.parametrize("url", ["bolt://no.such.host.invalid:7687", "bolt://localhost:abc", "neo4j://127.0.0.1:1"])
def test_an_unusable_address_is_reported(url):
    """A host name that does not resolve, a port that is not a number, and a cluster that is not there."""
    graph = Neo4jGraph(url, "neo4j", "", "neo4j")
    with pytest.raises(EngineUnavailable):
        graph.define(["RETURN 1"])
    graph.close()


@pytest.mark.deep("three starts of a Neo4j of its own")
def test_readers_recover_after_neo4j_was_killed(request, tmp_path):
    """Readers get EngineUnavailable; after the restart the same graph object answers, despite dead connections."""
    with own_neo4j(tmp_path, request.config.getoption("--require-neo4j"), to_terminal(request.config)) as server:
        graph = connect(Settings(graph=server.url))
        migrate(graph)
        load(graph, write_list(tmp_path, 1, 70), recorded(1))
        reading, ended = threading.Event(), list[object]()

        def read() -> None:
            try:
                while True:
                    facts.all_facts(graph, recorded(1))
                    reading.set()
            except BaseException as error:
                ended.append(error)

        thread = threading.Thread(target=read)
        thread.start()
        assert reading.wait(60)
        server.kill()
        thread.join(60)
        assert [type(error) for error in ended] == [EngineUnavailable]
        server.start()
        assert compartments.read_state(graph).recorded == recorded(1)
        server.kill()  # no reads meanwhile: the pool does not notice its dead connections
        server.start()
        assert compartments.read_state(graph).recorded == recorded(1)
        graph.close()


@contextmanager
def bolt_server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """The Bolt address of a server that handles each connection in its own thread."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"bolt://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def refuse_login(client: socket.socket) -> None:
    """Answers like a Bolt 4.4 server that refuses the password."""
    fields = {"code": "Neo.ClientError.Security.Unauthorized", "message": "The client is unauthorized."}
    texts = [text.encode() for pair in fields.items() for text in pair]
    body = b"\xb1\x7f\xa2" + b"".join(b"\xd0" + bytes([len(text)]) + text for text in texts)
    with client, suppress(OSError):
        client.recv(20)
        client.sendall(b"\x00\x00\x04\x04")
        client.recv(4096)
        client.sendall(len(body).to_bytes(2, "big") + body + b"\x00\x00")
        client.recv(4096)


def test_a_wrong_password_is_reported():
    """Neo4j is running but refuses the login: the error says so and is an EngineUnavailable."""
    with bolt_server(refuse_login) as url:
        graph = Neo4jGraph(url, "neo4j", "wrong", "neo4j")
        with pytest.raises(EngineUnavailable, match="refused the connection"):
            compartments.read_state(graph)
        graph.close()


COMMIT = b"\x00\x02\xb0\x12\x00\x00"


def test_a_commit_with_a_lost_acknowledgement_is_not_retried(on_neo4j, request, tmp_path, clock):
    """The connection breaks after COMMIT was sent: the write raises OutcomeUnknown and is applied once."""
    graph = open_empty(on_neo4j, request, tmp_path)
    settings: Settings = request.getfixturevalue("neo4j_settings")
    host, _, port = settings.graph.rpartition("/")[2].partition(":")

    def pass_on(client: socket.socket) -> None:
        with client, socket.create_connection((host, int(port))) as server, suppress(OSError):
            threading.Thread(target=pump, args=(server, client), daemon=True).start()
            while data := client.recv(65536):
                lost = COMMIT in data
                if lost:
                    client.shutdown(socket.SHUT_RDWR)
                server.sendall(data)
                if lost:
                    time.sleep(2)  # lets the server commit before its connection breaks too
                    return

    tries = []
    with bolt_server(pass_on) as url:
        through = connect(settings.model_copy(update={"graph": url}))

        def work(transaction: QueryRunner) -> None:
            tries.append(1)
            compartments.stamp_state(transaction, compartments.begin_write(transaction, clock).recorded, 1, GENESIS)

        with pytest.raises(OutcomeUnknown):
            through.write(work)
        through.close()
    until = time.monotonic() + 10
    while (state := compartments.read_state(graph)).revision == 0 and time.monotonic() < until:
        time.sleep(0.05)  # a busy server applies the commit later than the driver gives up
    assert (len(tries), state.revision, state.sequence, state.recorded) == (1, 1, 1, clock.now)
    graph.close()


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Copies bytes from one socket to the other until either end closes."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)


def other_process(path: Path, program: str) -> "subprocess.Popen[str]":
    """Another process that opens the embedded graph and runs a program."""
    start = f"from service.graph.ladybug import LadybugGraph\ngraph = LadybugGraph({str(path)!r})"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", f"{start}\n{program}"], cwd=ROOT, **pipes)


def test_an_embedded_graph_is_locked_while_another_process_has_it_open(tmp_path):
    """GraphLocked while the process lives; the graph is free once that process is killed."""
    path = tmp_path / "graph.lbdb"
    with other_process(path, "print('held', flush=True)\ninput()") as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(GraphLocked, match="Another process has the embedded"):
            LadybugGraph(path)
        holder.kill()
    LadybugGraph(path).close()


def test_a_closed_embedded_graph_is_free_for_another_process(tmp_path):
    """Closing releases the file although the object still exists; the log is merged, and further reads fail."""
    graph = LadybugGraph(tmp_path / "graph.lbdb")
    migrate(graph)
    graph.close()
    assert [file.name for file in tmp_path.iterdir()] == ["graph.lbdb"]
    with other_process(tmp_path / "graph.lbdb", "graph.close()") as other:
        assert other.wait(30) == 0
    with pytest.raises(EngineError):
        compartments.read_state(graph)


def corrupt(path: Path, kind: str) -> Path:
    """Replaces the file of an embedded graph by a file or folder that is not a graph."""
    content = path.read_bytes()
    contents = {"text": b"number,status\n" * 900, "one byte": b"x", "half": content[: len(content) // 2]}
    contents |= {"no header": b"\0" * 4096 + content[4096:], "noise": bytes(byte ^ 0x5A for byte in content)}
    if kind == "folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(contents[kind])
    return path


@pytest.mark.parametrize("kind", ["text", "one byte", "half", "no header", "noise", "folder"])
def test_a_file_that_is_not_an_embedded_graph_is_reported(tmp_path, kind):
    """A corrupt file or a folder raises an EngineError with a reason and no other exception."""
    path = tmp_path / "graph.lbdb"
    graph = LadybugGraph(path)
    migrate(graph)
    graph.close()
    with pytest.raises(EngineError, match=r"\w+"):
        migrate(LadybugGraph(corrupt(path, kind)))


def test_a_folder_that_cannot_be_written_is_reported(tmp_path):
    """A read-only folder. Root may write there, so for root the test uses a file system that accepts no files."""
    tmp_path.chmod(0o500)
    folder = Path("/sys") if os.geteuid() == 0 else tmp_path
    with pytest.raises(EngineUnavailable, match="cannot open the embedded graph"):
        connect(Settings(graph=f"ladybug:{folder}/graph.lbdb"))


def amend_twice(transaction: QueryRunner) -> None:
    """A write whose last statement the engine refuses, because the id exists already."""
    state = compartments.begin_write(transaction, now)
    compartments.stamp_state(transaction, state.recorded, 5, GENESIS)
    values = {"id": "once", "made_by": "", "reason": "", "evidence": "", "source": "", "sequence": 1}
    for _ in range(2):
        blank = dict.fromkeys(("evidence_date", "evidence_sha256", "impact", "counts", "reverts", "request"), "")
        transaction.rows(AMENDMENT, hash="", **blank, recorded=state.recorded, **values)


def test_failing_statements_roll_back_and_release_their_connections(graph, monkeypatch):
    """Many more failing reads and writes than the pool has connections leave the graph unchanged and usable."""
    before = digest(graph)
    with monkeypatch.context() as broken:
        broken.setattr(query, "statement_text", lambda name, dialect: "NO SUCH STATEMENT")
        for _ in range(120):
            with pytest.raises(EngineError):
                graph.rows(Query("no/such", NoRow))
    for _ in range(120):
        with pytest.raises(EngineError):
            graph.write(amend_twice)
    assert digest(graph) == before
    graph.write(lambda tx: compartments.stamp_state(tx, compartments.begin_write(tx, now).recorded, 1, GENESIS))
    assert (compartments.read_state(graph).revision, compartments.read_state(graph).sequence) == (1, 1)


def stored_instant(graph: Graph, instant: datetime) -> datetime:
    """Writes the instant to the graph and reads the stored value."""
    graph.write(lambda transaction: compartments.stamp_state(transaction, instant, 0, GENESIS))
    return compartments.read_state(graph).recorded


ZONES = [timezone(timedelta(hours=2)), timezone(timedelta(hours=-5, minutes=-30)), ZoneInfo("Europe/London"), UTC]


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("month", [1, 6, 10])
def test_instants_of_other_zones_are_stored_correctly(graph, zone, month):
    """Store functions accept instants of any zone for writes and reads; both engines store the same instant."""
    instant = datetime(2026, month, 25, 1, 30, 0, 5, tzinfo=zone)
    assert stored_instant(graph, instant) == instant.astimezone(UTC)
    assert compartments.read_state(graph).recorded.tzinfo is UTC


def test_a_read_with_an_instant_of_another_zone_gives_the_same_rows(graph, tmp_path):
    """In any zone the graph is empty one microsecond before the load's recorded instant and complete at it."""
    load(graph, write_list(tmp_path, 1, 70), recorded(1))
    for zone in ZONES:
        at = recorded(1).astimezone(zone)
        results = [facts.all_facts(graph, instant) for instant in (at - timedelta(microseconds=1), at)]
        assert [len(result.revisions) for result in results] == [0, 70]


def test_an_instant_without_a_zone_is_refused(graph):
    """A naive datetime is ambiguous: the service raises TypeError before the engine interprets the value."""
    with pytest.raises(TypeError, match="has no time zone"):
        facts.all_facts(graph, datetime(2026, 6, 1))  # noqa: DTZ001


@pytest.mark.parametrize("instant", [BEGINNING, BEGINNING + timedelta(microseconds=1), END, END - timedelta(days=1)])
def test_the_first_and_last_instants_are_stored_exactly(graph, instant):
    """The years 1 and 9999 are stored exactly, to the microsecond."""
    assert stored_instant(graph, instant) == instant
