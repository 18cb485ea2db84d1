"""A caller who hangs up during a load, on a real port: before the commit nothing is loaded, after it all is."""

import socket
import threading
import time
from contextlib import closing

import pytest

from service.application.files import load, uploads
from service.repositories import compartments
from service.settings import Settings
from tests.api.test_overload import Running, response, wait_until
from tests.conftest import EXAMPLES, open_examples
from tests.slow import until_stopped

BODY = (EXAMPLES / "bases-accept.csv").read_bytes()


@pytest.fixture
def graph(engine, request, tmp_path):
    """The examples, which the test changes."""
    found = open_examples(engine, request, tmp_path)
    yield found
    found.close()


@pytest.fixture
def server(graph):
    """A server over the examples."""
    with Running(graph, Settings()) as running:
        yield running


def post(server):
    """A connection on which the bases are uploaded."""
    line = socket.create_connection(("127.0.0.1", server.port), timeout=10)
    head = "POST /v1/bases?file=bases.csv&by=test&reason=test HTTP/1.1\r\nHost: localhost\r\n"
    head += f"Content-Type: text/csv\r\nContent-Length: {len(BODY)}\r\n\r\n"
    line.sendall(head.encode() + BODY)
    return line


def test_nothing_is_loaded_for_a_caller_who_has_gone(server, graph, monkeypatch):
    """The computation ends within a second, and the slot is free for the next load."""
    before, started = compartments.read_state(graph), threading.Event()
    with monkeypatch.context() as patch:
        patch.setattr(load, "bases_report", lambda *given, **more: (started.set(), until_stopped()))
        with closing(post(server)):
            assert started.wait(10)
            assert server.work.loads.at_work == 1
        wait_until(lambda: server.work.loads.at_work == 0, 1)
    assert compartments.read_state(graph) == before
    with closing(post(server)) as line:
        status, _, report = response(line)
    assert (status, report["applied"]) == (200, True)
    assert compartments.read_state(graph).sequence == before.sequence + 1


def test_a_load_that_was_committed_stands_without_its_caller(server, graph, monkeypatch):
    """The caller hangs up after the commit, before the response."""
    before, committed, gone = compartments.read_state(graph), threading.Event(), threading.Event()
    load_bases = uploads.load_bases

    def slowly(*given):
        report = load_bases(*given)
        committed.set()
        gone.wait(10)
        time.sleep(0.1)
        return report

    monkeypatch.setattr(uploads, "load_bases", slowly)
    with closing(post(server)):
        assert committed.wait(10)
    gone.set()
    wait_until(lambda: server.work.loads.at_work == 0, 2)
    assert compartments.read_state(graph).sequence == before.sequence + 1
