"""No answer over HTTP is ever stale, while writers change the graph and answers are cached as long as they are true."""

import asyncio
import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import uvicorn

from service.api.async_answer_cache import AsyncSingleFlight
from service.app import create_app
from service.domain.clock import now, parse_instant
from service.errors import EngineUnavailable
from service.repositories import compartments
from service.repositories.compartments import Compartment
from service.settings import Settings
from tests.store.declaring import TARGET, begin, crossed, judged, written

SECONDS, STALE, READERS = 4.0, 0.5, 8


@contextmanager
def listening(graph, staleness):
    """The port of a server with the application, set up as by `pathways serve`."""
    app = create_app(Settings(max_staleness=staleness), graph)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + 30
        while not server.started:
            assert thread.is_alive() and time.monotonic() < deadline
            time.sleep(0.01)
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


def read_repeatedly(port, stop):
    """A reader with a connection of its own: the start of each request, and the answer."""
    connection, answers = http.client.HTTPConnection("127.0.0.1", port, timeout=30), []
    while not stop.is_set():
        began = time.monotonic()
        connection.request("GET", f"/v1/pathways?from=1&to={TARGET}")
        answer = connection.getresponse()
        body = json.loads(answer.read())
        assert answer.status == 200, body
        at, known_at = (parse_instant(body[name]) for name in ("at", "known_at"))
        assert (body["receipt"]["at"], body["receipt"]["outcome"]) == (body["at"], body["outcome"])
        answers.append((began, at, known_at, body["outcome"]))
    connection.close()
    return answers


@pytest.mark.deep("readers and writers at the same time")
@pytest.mark.parametrize("staleness", [0, STALE])
def test_no_answer_is_ever_stale(engine, graph, request, staleness):
    """A declaration changes repeatedly, sometimes from an instant in the near future; with Neo4j in another process."""
    settings = request.getfixturevalue("neo4j_settings") if engine == "neo4j" else None
    first, stop = begin(graph), threading.Event()
    with listening(graph, staleness) as port, ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(read_repeatedly, port, stop) for _ in range(READERS)]
        try:
            writes = [first, *written(settings, graph, SECONDS)]
        finally:
            stop.set()
        answers = [answer for reader in readers for answer in reader.result(60)]
    judged(writes, answers, staleness)
    crossed(writes, answers, staleness)
    assert compartments.read_state(graph).recorded == writes[-1].recorded


class BlockedRead:
    """Reads of the state that each wait for a release, and record their start."""

    def __init__(self, failing=()):
        self.began, self.go, self.failing = [], threading.Semaphore(0), list(failing)

    def __call__(self):
        self.began.append(time.monotonic())
        assert self.go.acquire(timeout=10)
        if self.failing and self.failing.pop(0):
            raise EngineUnavailable("away")
        return Compartment(revision=len(self.began), sequence=0, recorded=now(), head="")


async def arrive(reads):
    """A request that arrives now: the time of arrival, and the number of the read it received."""
    arrived = time.monotonic()
    return arrived, (await reads.result()).revision


async def until(condition):
    """Waits until a condition holds, at most ten seconds."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.002)


def test_requests_share_a_read_that_began_after_their_arrival():
    """The first request starts a read; requests that arrive meanwhile share one more; a cancelled request affects no
    other."""
    slow_read = BlockedRead()

    async def requests():
        reads = AsyncSingleFlight(slow_read)
        first = asyncio.create_task(arrive(reads))
        await until(lambda: len(slow_read.began) == 1)
        later = [asyncio.create_task(arrive(reads)) for _ in range(8)]
        await asyncio.sleep(0.01)
        later.pop(0).cancel()
        slow_read.go.release(10)
        return await asyncio.gather(first, *later)

    answers = asyncio.run(requests())
    assert [read for _, read in answers] == [1] + [2] * 7
    assert all(arrived <= slow_read.began[read - 1] for arrived, read in answers)


def test_a_failed_read_fails_only_the_requests_that_waited():
    """Requests that arrived during the failed read get the next read."""
    slow_read = BlockedRead(failing=[True, False])

    async def requests():
        reads = AsyncSingleFlight(slow_read)
        first = asyncio.create_task(arrive(reads))
        await until(lambda: len(slow_read.began) == 1)
        second = asyncio.create_task(arrive(reads))
        await asyncio.sleep(0.01)
        slow_read.go.release(10)
        return await asyncio.gather(first, second, return_exceptions=True)

    failed, (_, read) = asyncio.run(requests())
    assert isinstance(failed, EngineUnavailable)
    assert read == 2
