"""Over HTTP no answer is ever stale: writers and the clock at work, every answer kept for as long as it is true."""

import asyncio
import http.client
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import uvicorn

from service.api.single_flight import CoalescedStateRead
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
    """The port on which the application listens, as `pathways serve` runs it."""
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


def asking(port, stop):
    """One reader with a connection of its own: when each question began, and what it was told."""
    connection, found = http.client.HTTPConnection("127.0.0.1", port, timeout=30), []
    while not stop.is_set():
        began = time.monotonic()
        connection.request("GET", f"/v1/pathways?from=1&to={TARGET}")
        answer = connection.getresponse()
        said = json.loads(answer.read())
        assert answer.status == 200, said
        at, known_at = (parse_instant(said[name]) for name in ("at", "known_at"))
        assert (said["receipt"]["at"], said["receipt"]["outcome"]) == (said["at"], said["outcome"])
        found.append((began, at, known_at, said["outcome"]))
    connection.close()
    return found


@pytest.mark.deep("readers and writers at the same time")
@pytest.mark.parametrize("staleness", [0, STALE])
def test_no_answer_is_ever_stale(engine, graph, request, staleness):
    """A declaration changes again and again, sometimes from an instant just ahead; with Neo4j by another process."""
    place = request.getfixturevalue("neo4j_settings") if engine == "neo4j" else None
    first, stop = begin(graph), threading.Event()
    with listening(graph, staleness) as port, ThreadPoolExecutor(READERS) as pool:
        readers = [pool.submit(asking, port, stop) for _ in range(READERS)]
        try:
            writes = [first, *written(place, graph, SECONDS)]
        finally:
            stop.set()
        answers = [answer for reader in readers for answer in reader.result(60)]
    judged(writes, answers, staleness)
    crossed(writes, answers, staleness)
    assert compartments.read_state(graph).recorded == writes[-1].recorded


class Slow:
    """Askings that each wait until they are let go, and note when they began."""

    def __init__(self, failing=()):
        self.began, self.go, self.failing = [], threading.Semaphore(0), list(failing)

    def __call__(self):
        self.began.append(time.monotonic())
        assert self.go.acquire(timeout=10)
        if self.failing and self.failing.pop(0):
            raise EngineUnavailable("away")
        return Compartment(revision=len(self.began), sequence=0, recorded=now(), head="")


async def arrive(turns):
    """A request that arrives now: when it did, and the asking that it was told of."""
    arrived = time.monotonic()
    return arrived, (await turns.last()).revision


async def until(holds):
    """Waits until something holds, ten seconds at most."""
    deadline = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.002)


def test_requests_share_an_asking_that_began_after_they_arrived():
    """The first asks; those that arrive meanwhile share one more; one that goes away takes nothing from the rest."""
    ask = Slow()

    async def told():
        turns = CoalescedStateRead(ask)
        first = asyncio.create_task(arrive(turns))
        await until(lambda: len(ask.began) == 1)
        later = [asyncio.create_task(arrive(turns)) for _ in range(8)]
        await asyncio.sleep(0.01)
        later.pop(0).cancel()
        ask.go.release(10)
        return await asyncio.prefetch(first, *later)

    answers = asyncio.run(told())
    assert [asking for _, asking in answers] == [1] + [2] * 7
    assert all(arrived <= ask.began[asking - 1] for arrived, asking in answers)


def test_an_asking_that_fails_is_told_to_those_who_waited_and_to_nobody_else():
    """Those who came while it was under way are told of the next."""
    ask = Slow(failing=[True, False])

    async def told():
        turns = CoalescedStateRead(ask)
        first = asyncio.create_task(arrive(turns))
        await until(lambda: len(ask.began) == 1)
        second = asyncio.create_task(arrive(turns))
        await asyncio.sleep(0.01)
        ask.go.release(10)
        return await asyncio.prefetch(first, second, return_exceptions=True)

    failed, (_, asking) = asyncio.run(told())
    assert isinstance(failed, EngineUnavailable)
    assert asking == 2
