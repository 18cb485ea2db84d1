"""Overload on a real port: callers who hang up, surplus questions, shared questions, budgets and the end."""

import json
import socket
import sys
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing, contextmanager
from functools import partial

import pytest
import uvicorn

from service.api.http_protocol import BoundedHttpProtocol, HttpBounds
from service.api.load_shedding import WaitingQuestions
from service.app import create_app
from service.application.amendments import impacts
from service.application.entries.entries import search_entries
from service.settings import Settings
from tests.conftest import EXAMPLE_CLOCK
from tests.slow import until_stopped

SLOTS = 4
CHEAP = ("/healthz", "/readyz", "/v1/pathways?from=1&to=34")


class Running:
    """A server in a thread of this process, with its application."""

    def __init__(self, graph, settings):
        self.app = create_app(settings, graph, EXAMPLE_CLOCK)
        self.work = self.app.state.work_runners
        bounds = HttpBounds(65_536, 10, 100, WaitingQuestions(settings.waiting_requests))
        protocol = partial(BoundedHttpProtocol, bounds)
        config = uvicorn.Config(self.app, host="127.0.0.1", port=0, log_config=None, http=protocol, ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run)

    def __enter__(self):
        self._thread.start()
        wait_until(lambda: self._server.started)
        self.port = self._server.servers[0].sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_):
        self.work.stop()
        self._server.should_exit = True
        self._thread.join(10)

    def line(self):
        """A connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def ask(self, path):
        """The status of a GET on a connection of its own, and the seconds that it took."""
        began = time.monotonic()
        with closing(self.line()) as line:
            line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            return response(line)[0], time.monotonic() - began

    def post(self, nth):
        """A connection on which an impact of the nth edit is asked."""
        body = json.dumps({"edits": [{"entry": f"{nth:06}", "bases": []}]})
        line = self.line()
        head = "POST /v1/impact HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
        line.sendall(f"{head}{len(body)}\r\n\r\n{body}".encode())
        return line


def response(line):
    """The status, the headers and the body of the response on a connection."""
    text = b""
    while b"\r\n\r\n" not in text:
        part = line.recv(65536)
        assert part, "the server closed the connection without a response"
        text += part
    head, _, body = text.partition(b"\r\n\r\n")
    names = dict(row.split(b": ", 1) for row in head.lower().split(b"\r\n")[1:])
    while len(body) < int(names[b"content-length"]):
        body += line.recv(65536)
    return int(head.split()[1]), names, json.loads(body)


def wait_until(holds, seconds=10):
    """Waits until a condition holds, and fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.005)


@pytest.fixture(scope="module")
def slow():
    """Impacts that take any time: a rule that computes until its work has to end. Threads change as in `serve`."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(0.0005)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(impacts, "preview_edits", lambda *arguments: until_stopped())
        yield
    sys.setswitchinterval(interval)


@pytest.fixture(scope="module")
def server(example_graph, slow):
    """A server over the examples, with slots and without a queue."""
    with Running(example_graph, Settings(expensive_slots=SLOTS, expensive_queue=0)) as running:
        assert [running.ask(path)[0] for path in CHEAP] == [200, 200, 200]
        yield running


@contextmanager
def busy(server, count=SLOTS):
    """So many impacts at work, each on a connection that stays open."""
    with ExitStack() as lines:
        opened = [lines.enter_context(closing(server.post(nth))) for nth in range(1, count + 1)]
        wait_until(lambda: server.work.questions.at_work == count)
        yield opened
    wait_until(lambda: server.work.questions.at_work == 0, 1)


def test_45_callers_who_hang_up_cost_nothing(server):
    """Probes and cached pathways are answered meanwhile, and within a second no computation is left."""
    with ExitStack() as lines:
        for nth in range(1, 46):
            lines.enter_context(closing(server.post(nth)))
        time.sleep(0.02)
        wait_until(lambda: server.work.questions.at_work > 0)
    seconds = [server.ask(path) for path in CHEAP]
    assert [status for status, _ in seconds] == [200, 200, 200]
    assert max(took for _, took in seconds) < 2
    wait_until(lambda: server.work.questions.at_work == 0, 1)


def test_surplus_questions_are_refused_at_once(server):
    """503 with Retry-After, and cheap questions are answered beside as many expensive ones as are admitted."""
    with busy(server):
        began = time.monotonic()
        with closing(server.post(99)) as line:
            status, headers, body = response(line)
        assert time.monotonic() - began < 0.5
        assert (status, headers[b"retry-after"]) == (503, b"2")
        assert body["type"] == "urn:firmware-pathways:problem:overloaded"
        assert [server.ask(path)[0] for path in CHEAP] == [200, 200, 200]


def test_identical_questions_share_one_computation(server):
    """They need one slot, and the computation goes on until the last of its callers has gone."""
    counts = Counter()
    server.work.observe(lambda kind, result: counts.update([result]))
    with busy(server, SLOTS - 1):
        wait_until(lambda: counts["admitted"] == SLOTS - 1)
        counts.clear()
        with closing(server.post(99)):
            with ExitStack() as lines:
                for _ in range(5):
                    lines.enter_context(closing(server.post(99)))
                wait_until(lambda: counts.total() == 6)
                assert counts == {"admitted": 1, "joined": 5}
                assert server.work.questions.at_work == SLOTS
            time.sleep(0.1)
            assert server.work.questions.at_work == SLOTS
        wait_until(lambda: server.work.questions.at_work == SLOTS - 1, 1)


def test_the_seconds_of_a_question_are_bounded(example_graph, slow):
    """Beyond them 422, with what to do."""
    with Running(example_graph, Settings(work_seconds=0.1)) as running, closing(running.post(1)) as line:
        status, _, body = response(line)
        assert (status, body["type"]) == (422, "urn:firmware-pathways:problem:too-much-work")
        assert "Ask for less" in body["detail"]


def test_a_queued_question_is_answered_when_a_slot_is_free(example_graph, slow):
    """It waits while the slot is taken, and is admitted then; a further one is refused. All are counted."""
    counts = Counter()
    with Running(example_graph, Settings(expensive_slots=1, expensive_queue=1)) as running, ExitStack() as lines:
        running.work.observe(lambda kind, result: counts.update([f"{kind} {result}"]))
        first = running.post(1)
        wait_until(lambda: counts["question admitted"] == 1)
        second = lines.enter_context(closing(running.post(2)))
        wait_until(lambda: running.work.questions.at_work == 2)
        third = lines.enter_context(closing(running.post(3)))
        assert response(third)[0] == 503
        first.close()
        wait_until(lambda: counts["question admitted"] == 2, 1)
        running.work.stop()
        assert response(second)[2]["type"].endswith("stopped")
    assert counts == {"question admitted": 2, "question refused": 1, "question stopped": 2}


def test_a_server_that_stops_ends_all_work(example_graph, slow):
    """Whoever waits gets 503, and so does whoever asks afterwards."""
    with Running(example_graph, Settings()) as running, busy(running, 2) as lines:
        began = time.monotonic()
        running.work.stop()
        answers = [response(line) for line in lines]
        assert time.monotonic() - began < 1
        assert [(status, body["type"].rpartition(":")[2]) for status, _, body in answers] == [(503, "stopped")] * 2
        with closing(running.post(9)) as line:
            assert response(line)[0] == 503


def test_more_waiting_questions_than_the_limit_are_refused(example_graph):
    """Only those without an answer count; the probes pass, and so do requests with bodies."""
    with Running(example_graph, Settings(waiting_requests=1)) as running:
        assert running.ask(CHEAP[2])[0] == 200
        begun, held = threading.Event(), threading.Event()

        def search(*question):
            begun.set()
            held.wait(10)
            return search_entries(*question)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("service.application.entries.entries.search_entries", search)
            asking = threading.Thread(target=running.ask, args=("/v1/entries",))
            asking.start()
            try:
                assert begun.wait(10)
                assert running.ask(CHEAP[2])[0] == 503
                assert [running.ask(path)[0] for path in CHEAP[:2]] == [200, 200]
            finally:
                held.set()
                asking.join()
        assert running.ask(CHEAP[2])[0] == 200
