"""Engines that are away, held, corrupt or that refuse: one kind of error, no trace, and then on as before."""

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
from service.errors import EngineError, EngineUnavailable, GraphLocked
from service.graph import neo4j as engine_neo4j
from service.graph import query
from service.graph.connect import connect
from service.graph.ladybug import LadybugGraph
from service.graph.migrate import migrate
from service.graph.neo4j import Neo4jGraph
from service.graph.protocol import Graph, Runner
from service.graph.query import NoRow, Query
from service.repositories import compartments, facts
from service.repositories.write_transaction import AMENDMENT
from service.rules.records.amendment_chain import GENESIS
from service.settings import Settings
from tests.conftest import ROOT, open_empty
from tests.neo4j_ladder import own_neo4j, to_terminal
from tests.store.crash_worker import digest, load, recorded, write_list

QUICK = 6  # seconds within which a reader is told that the engine is away
NOBODY = "bolt://127.0.0.1:1"


@pytest.mark.parametrize("ask", [compartments.read_state, migrate], ids=["a reader", "a start"])
def test_a_closed_port_is_said_quickly(ask):
    """Whoever reads while Neo4j is away is told within seconds, rather than kept."""
    graph, began = Neo4jGraph(NOBODY, "neo4j", "", "neo4j"), time.monotonic()
    with pytest.raises(EngineUnavailable, match="cannot be reached"):
        ask(graph)
    assert time.monotonic() - began < QUICK
    graph.close()


def test_a_writer_tries_for_a_bounded_time(monkeypatch):
    """A load outlasts a short absence of Neo4j; the driver's waits double, so twice its limit is the bound."""
    monkeypatch.setattr(engine_neo4j, "_WRITE_RETRIES", 2)
    graph, began = Neo4jGraph(NOBODY, "neo4j", "", "neo4j"), time.monotonic()
    with pytest.raises(EngineUnavailable, match="cannot be reached"):
        graph.write(lambda transaction: None)
    assert 2 < time.monotonic() - began < QUICK
    graph.close()


@pytest.mark.parametrize("url", ["bolt://no.such.host.invalid:7687", "bolt://localhost:abc", "neo4j://127.0.0.1:1"])
def test_an_address_that_leads_nowhere_is_said(url):
    """A name that does not resolve, a port that is none, a cluster that is not there."""
    graph = Neo4jGraph(url, "neo4j", "", "neo4j")
    with pytest.raises(EngineUnavailable):
        graph.define(["RETURN 1"])
    graph.close()


def test_neo4j_killed_while_the_service_reads(request, tmp_path):
    """Readers get EngineUnavailable; once the server is back the same graph answers again, whatever its pool has."""
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
            except BaseException as wrong:
                ended.append(wrong)

        thread = threading.Thread(target=read)
        thread.start()
        assert reading.wait(60)
        server.kill()
        thread.join(60)
        assert [type(wrong) for wrong in ended] == [EngineUnavailable]
        server.start()
        assert compartments.read_state(graph).recorded == recorded(1)
        server.kill()  # nobody reads meanwhile: the pool's connections are dead and do not know it
        server.start()
        assert compartments.read_state(graph).recorded == recorded(1)
        graph.close()


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """The address of something that serves each connection in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"bolt://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def refuse_login(client: socket.socket) -> None:
    """What a Bolt 4.4 server says to a wrong password."""
    fields = {"code": "Neo.ClientError.Security.Unauthorized", "message": "The client is unauthorized."}
    texts = [text.encode() for pair in fields.items() for text in pair]
    body = b"\xb1\x7f\xa2" + b"".join(b"\xd0" + bytes([len(text)]) + text for text in texts)
    with client, suppress(OSError):
        client.recv(20)
        client.sendall(b"\x00\x00\x04\x04")
        client.recv(4096)
        client.sendall(len(body).to_bytes(2, "big") + body + b"\x00\x00")
        client.recv(4096)


def test_a_wrong_password_is_said():
    """Neo4j is there and lets nobody in: that is said as it is, and to the service it is unavailable."""
    with listening(refuse_login) as url:
        graph = Neo4jGraph(url, "neo4j", "wrong", "neo4j")
        with pytest.raises(EngineUnavailable, match="refuses the connection"):
            compartments.read_state(graph)
        graph.close()


COMMIT = b"\x00\x02\xb0\x12\x00\x00"


def test_a_commit_whose_acknowledgement_is_lost_is_not_tried_again(request, tmp_path, clock):
    """The connection breaks after COMMIT was sent: EngineUnavailable; the load is there, once, and loading it again
    changes nothing."""
    graph = open_empty("neo4j", request, tmp_path)
    settings: Settings = request.getfixturevalue("neo4j_settings")
    host, _, port = settings.graph.rpartition("/")[2].partition(":")

    def pass_on(client: socket.socket) -> None:
        with client, socket.create_connection((host, int(port))) as server, suppress(OSError):
            threading.Thread(target=pump, args=(server, client), daemon=True).start()
            while said := client.recv(65536):
                lost = COMMIT in said
                if lost:
                    client.shutdown(socket.SHUT_RDWR)
                server.sendall(said)
                if lost:
                    time.sleep(2)  # to let the server commit before its connection goes too
                    return

    tries = []
    with listening(pass_on) as url:
        through = connect(settings.model_copy(update={"graph": url}))

        def work(transaction: Runner) -> None:
            tries.append(1)
            compartments.stamp_state(transaction, compartments.begin_write(transaction, clock).recorded, 1, GENESIS)

        with pytest.raises(EngineUnavailable):
            through.write(work)
        through.close()
    state = compartments.read_state(graph)
    assert (len(tries), state.revision, state.sequence, state.recorded) == (1, 1, 1, clock.now)
    graph.close()


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Passes on what comes until either end is gone."""
    with suppress(OSError):
        while said := source.recv(65536):
            sink.sendall(said)


def elsewhere(path: Path, program: str) -> "subprocess.Popen[str]":
    """Another process that opens the embedded graph and runs a program."""
    start = f"from service.graph.ladybug import LadybugGraph\ngraph = LadybugGraph({str(path)!r})"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    return subprocess.Popen([sys.executable, "-c", f"{start}\n{program}"], cwd=ROOT, **pipes)


def test_an_embedded_graph_held_by_another_process(tmp_path):
    """GraphLocked while it lives; free as soon as it is killed."""
    path = tmp_path / "graph.lbdb"
    with elsewhere(path, "print('held', flush=True)\ninput()") as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(GraphLocked, match="one process owns it"):
            LadybugGraph(path)
        holder.kill()
    LadybugGraph(path).close()


def test_a_closed_embedded_graph_is_free_for_another_process(tmp_path):
    """Closing lets go of the file though the object lives on; the log is in the file then, and nothing answers."""
    graph = LadybugGraph(tmp_path / "graph.lbdb")
    migrate(graph)
    graph.close()
    assert [file.name for file in tmp_path.iterdir()] == ["graph.lbdb"]
    with elsewhere(tmp_path / "graph.lbdb", "graph.close()") as other:
        assert other.wait(30) == 0
    with pytest.raises(EngineError):
        compartments.read_state(graph)


def spoil(path: Path, kind: str) -> Path:
    """Makes of an embedded graph's file something that is none."""
    whole = path.read_bytes()
    spoilt = {"text": b"number,status\n" * 900, "one byte": b"x", "half": whole[: len(whole) // 2]}
    spoilt |= {"no header": b"\0" * 4096 + whole[4096:], "noise": bytes(byte ^ 0x5A for byte in whole)}
    if kind == "folder":
        path.unlink()
        path.mkdir()
    else:
        path.write_bytes(spoilt[kind])
    return path


@pytest.mark.parametrize("kind", ["text", "one byte", "half", "no header", "noise", "folder"])
def test_an_embedded_graph_that_is_none_is_said(tmp_path, kind):
    """A corrupt file or a folder is an EngineError with a reason, never a traceback of another kind."""
    path = tmp_path / "graph.lbdb"
    graph = LadybugGraph(path)
    migrate(graph)
    graph.close()
    with pytest.raises(EngineError, match=r"\w+"):
        migrate(LadybugGraph(spoil(path, kind)))


def test_a_place_that_cannot_be_written_is_said(tmp_path):
    """A read-only folder; root may write there, so for root it is a file system that takes no files."""
    tmp_path.chmod(0o500)
    place = Path("/sys") if os.geteuid() == 0 else tmp_path
    with pytest.raises(EngineUnavailable, match="cannot be used"):
        connect(Settings(graph=f"ladybug:{place}/graph.lbdb"))


def amend_twice(transaction: Runner) -> None:
    """A write whose last statement the engine refuses: an id is used twice."""
    state = compartments.begin_write(transaction, now)
    compartments.stamp_state(transaction, state.recorded, 5, GENESIS)
    said = {"id": "once", "made_by": "", "reason": "", "evidence": "", "source": "", "sequence": 1}
    for _ in range(2):
        blank = dict.fromkeys(("evidence_date", "evidence_sha256", "impact", "counts", "reverts", "request"), "")
        transaction.rows(AMENDMENT, hash="", **blank, recorded=state.recorded, **said)


def test_a_statement_that_fails_rolls_back_and_connections_return(graph, monkeypatch):
    """Far more failing reads and writes than a pool has connections; then the graph is as it was, and works."""
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


def stamped(graph: Graph, instant: datetime) -> datetime:
    """The instant as it comes back from the graph."""
    graph.write(lambda transaction: compartments.stamp_state(transaction, instant, 0, GENESIS))
    return compartments.read_state(graph).recorded


ZONES = [timezone(timedelta(hours=2)), timezone(timedelta(hours=-5, minutes=-30)), ZoneInfo("Europe/London"), UTC]


@pytest.mark.parametrize("zone", ZONES, ids=str)
@pytest.mark.parametrize("month", [1, 6, 10])
def test_instants_of_other_zones_come_out_right(graph, zone, month):
    """Given to store functions, to write or to ask by, they are the same instants on both engines."""
    instant = datetime(2026, month, 25, 1, 30, 0, 5, tzinfo=zone)
    assert stamped(graph, instant) == instant.astimezone(UTC)
    assert compartments.read_state(graph).recorded.tzinfo is UTC


def test_a_question_in_another_zone_is_the_same_question(graph, tmp_path):
    """A microsecond before the load was recorded there is nothing, and at it there is all, in any zone."""
    load(graph, write_list(tmp_path, 1, 70), recorded(1))
    for zone in ZONES:
        at = recorded(1).astimezone(zone)
        believed = [facts.all_facts(graph, instant) for instant in (at - timedelta(microseconds=1), at)]
        assert [len(found.revisions) for found in believed] == [0, 70]


def test_an_instant_without_a_zone_is_refused(graph):
    """It could mean anything: that is the program's defect, and says so before the engine guesses."""
    with pytest.raises(TypeError, match="has no zone"):
        facts.all_facts(graph, datetime(2026, 6, 1))  # noqa: DTZ001


@pytest.mark.parametrize("instant", [BEGINNING, BEGINNING + timedelta(microseconds=1), END, END - timedelta(days=1)])
def test_the_ends_of_time_come_back_as_they_were(graph, instant):
    """Years 1 and 9999 are instants like any other, to the microsecond."""
    assert stamped(graph, instant) == instant
