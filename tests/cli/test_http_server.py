"""The server's connections: how many it accepts at once, and the limit of open files that `serve` raises for them."""

import asyncio
import resource
import threading
import time
from functools import partial

import pytest
import uvicorn

from service.api.http_protocol import BoundedHttpProtocol, HttpBounds
from service.cli.http_server import _Server, allowed_connections

UNLIMITED = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "allowed"),
    [
        (1_024, UNLIMITED, 2_304, 2_048),
        (1_024, 65_536, 2_304, 2_048),
        (65_536, 65_536, None, 2_048),
        (UNLIMITED, UNLIMITED, None, 2_048),
        (1_024, 1_024, None, 768),
        (256, 1_024, 1_024, 768),
        (64, 64, None, 1),
    ],
)
def test_the_limit_of_open_files_is_raised_where_the_system_allows_it(monkeypatch, soft, hard, raised, allowed):
    """Where it does not, fewer connections are accepted: without a free file the server could accept none at all."""
    limits = []
    monkeypatch.setattr(resource, "getrlimit", lambda which: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda which, limit: limits.append(limit))
    assert allowed_connections(2_048) == allowed
    assert limits == ([] if raised is None else [(raised, hard)])


async def slow(scope, receive, send):
    """An application whose requests hold the event loop for 5 ms each."""
    if scope["type"] != "http":
        return
    time.sleep(0.005)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def port():
    """The port of a server of `slow` with uvloop, in a thread."""
    bounds = HttpBounds(65_536, 10, 2_048)
    protocol = partial(BoundedHttpProtocol, bounds)
    config = uvicorn.Config(slow, port=0, http=protocol, lifespan="off", log_config=None, ws="none", loop="uvloop")
    server = _Server(config, lambda: None)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


async def ask(port, again=False):
    """The seconds until the answer to the first request of a connection, which may go on asking until it is ended."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            writer.write(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 204")
            if not again:
                return time.monotonic() - began
    finally:
        writer.close()


def test_connections_that_arrive_together_are_accepted_together(port):
    """Beside 10 busy ones a turn of the event loop takes 50 ms: one in each turn would keep the last of 60 waiting for
    more than 3 s.
    """

    async def ask_beside_busy_connections():
        busy = [asyncio.create_task(ask(port, again=True)) for _ in range(10)]
        await asyncio.sleep(0.2)
        late = await asyncio.gather(*[ask(port) for _ in range(60)])
        for task in busy:
            task.cancel()
        await asyncio.gather(*busy, return_exceptions=True)
        return max(late)

    assert asyncio.run(ask_beside_busy_connections()) < 2
