"""The bounds of the HTTP protocol: heads, trailers, chunk extensions, requests sent ahead, connections, stalled
clients. The protocol is driven without sockets; tests/cli/test_http_bounds.py attacks a server process."""

import asyncio
import logging
from dataclasses import dataclass, field

import pytest
import uvicorn
from hypothesis import given
from hypothesis import strategies as st
from uvicorn.server import ServerState

from service.api import http_protocol
from service.api.http_protocol import HEADER_OVERHEAD, MAX_SENT_AHEAD, BoundedHttpProtocol, HttpBounds

LIMIT = 4_096
SECONDS = 0.1
HEAD = b"GET / HTTP/1.1\r\nHost: x\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
OK = b"HTTP/1.1 200 OK"


@pytest.fixture(autouse=True)
def quiet(caplog):
    """uvicorn reports each invalid request; here there are many."""
    caplog.set_level(logging.CRITICAL, "uvicorn.error")


class Transport(asyncio.Transport):
    """Records what the protocol does with its connection."""

    def __init__(self, protocol):
        super().__init__()
        self.protocol, self.written, self.closed, self.aborted, self.unsent = protocol, b"", False, False, 0

    def write(self, data):
        assert not self.closed, "the protocol wrote after the end"
        self.written += data

    def close(self):
        if not self.closed:
            self.closed = True
            asyncio.get_running_loop().call_soon(self.protocol.connection_lost, None)

    def abort(self):
        self.aborted = True
        self.close()

    def is_closing(self):
        return self.closed

    def can_write_eof(self):
        return True

    def write_eof(self):
        """Half-closes; the client may go on sending."""

    def pause_reading(self):
        """Reads nothing; the tests send nothing meanwhile."""

    def resume_reading(self):
        """Reads again."""

    def get_write_buffer_size(self):
        return self.unsent


@dataclass
class Site:
    """A server with an application that answers every request with `ok`, or when `answer` is set."""

    bounds: HttpBounds = field(default_factory=lambda: HttpBounds(LIMIT, SECONDS, 100))
    answer: asyncio.Event = field(default_factory=asyncio.Event)
    scopes: list = field(default_factory=list)
    bodies: list = field(default_factory=list)
    read_body: bool = True

    def __post_init__(self):
        self.config = uvicorn.Config(self.app, log_config=None, access_log=False, ws="none", interface="asgi3")
        self.config.load()
        self.state = ServerState()
        self.answer.set()

    async def app(self, scope, receive, send):
        self.scopes.append(scope)
        more, body = self.read_body, b""
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            more, body = message["more_body"], body + message["body"]
        self.bodies.append(body)
        await self.answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})

    def connect(self):
        protocol = BoundedHttpProtocol(self.bounds, config=self.config, server_state=self.state, app_state={})
        transport = Transport(protocol)
        protocol.connection_made(transport)
        return transport


async def send(transport, *pieces):
    """Sends pieces, each in a read of its own, as far as the server reads; then lets the application run."""
    for piece in pieces:
        if not transport.closed:
            transport.protocol.data_received(piece)
        await asyncio.sleep(0)
    for _ in range(20):
        await asyncio.sleep(0)


def pieces_of(data, size):
    """The data in pieces."""
    return [data[start : start + size] for start in range(0, len(data), size)]


def run(test):
    """Runs a coroutine on an event loop of its own."""
    asyncio.run(test())


def status(transport):
    """The status of the only answer; None without one."""
    assert transport.written.count(b"HTTP/1.1 ") <= 1
    return int(transport.written.split()[1]) if transport.written else None


ENDLESS = {
    "a value": HEAD + b"X: " + b"v" * 300_000,
    "a value that is complete": HEAD + b"X: " + b"v" * 300_000 + b"\r\n\r\n",
    "a name": HEAD + b"n" * 300_000,
    "small headers": HEAD + b"a:b\r\n" * 60_000,
    "empty headers": HEAD + b"a:\r\n" * 60_000 + b"\r\n",
    "a target": b"GET /" + b"t" * 300_000,
    "a target that is complete": b"GET /" + b"t" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a value over several lines": HEAD + b"X: v\r\n" + b" v\r\n" * 60_000,
}


@pytest.mark.parametrize("size", [100, 1_500, 65_536])
@pytest.mark.parametrize("kind", ENDLESS)
def test_a_head_beyond_the_limit_is_refused(kind, size):
    """431 (400 for what is no HTTP), the application is not called, and nothing of what follows is read."""

    async def test():
        site = Site()
        transport = site.connect()
        await send(transport, *pieces_of(ENDLESS[kind], size))
        assert status(transport) in ((400, 431) if "lines" in kind else (431,))
        assert b"connection: close" in transport.written
        await send(transport, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert status(transport) != 200
        assert site.scopes == []
        kept = transport.protocol
        assert sum(len(name) + len(value) for name, value in kept.headers) + len(kept.url) <= LIMIT

    run(test)


@pytest.mark.parametrize(("over", "expected"), [(0, 200), (1, 431)])
def test_the_limit_counts_target_names_and_values(over, expected):
    """At the limit a head is accepted, and one byte beyond it is not."""

    async def test():
        transport = Site().connect()
        size = LIMIT - 1 - (4 + 1 + HEADER_OVERHEAD) - (1 + HEADER_OVERHEAD) + over
        await send(transport, HEAD + b"X: " + b"v" * size + b"\r\n\r\n")
        assert status(transport) == expected

    run(test)


def test_the_limit_is_for_each_request():
    """A connection may carry any number of requests."""

    async def test():
        site = Site()
        transport = site.connect()
        for _ in range(5):
            await send(transport, HEAD + b"X: " + b"v" * (LIMIT - 200) + b"\r\n\r\n")
        assert transport.written.count(OK) == len(site.scopes) == 5
        assert not transport.closed

    run(test)


@pytest.mark.parametrize("size", [100, 65_536])
@pytest.mark.parametrize(
    "endless",
    [b"5\r\nhello\r\n0\r\n" + b"T: v\r\n" * 60_000, b"5\r\nhello\r\n0\r\nT: " + b"v" * 300_000, b"5;" + b"e" * 200_000],
    ids=["small trailers", "a trailer", "a chunk extension"],
)
def test_endless_trailers_and_chunk_extensions_end_the_connection(endless, size):
    """Without an answer: the request is incomplete, and the application learns that the client is gone."""

    async def test():
        site = Site()
        transport = site.connect()
        await send(transport, CHUNKED, *pieces_of(endless, size))
        assert transport.aborted
        assert transport.written == b""
        assert len(site.scopes) == 1
        assert not site.state.tasks

    run(test)


def test_trailers_are_no_headers():
    """A trailer could otherwise change what the application believes of a request that it handles already."""

    async def test():
        site = Site()
        transport = site.connect()
        await send(transport, CHUNKED, b"5\r\nhello\r\n0\r\nAuthorization: Bearer x\r\n\r\n")
        assert status(transport) == 200
        assert [name for name, _ in site.scopes[0]["headers"]] == [b"host", b"transfer-encoding"]

    run(test)


def test_a_body_may_be_larger_than_a_head():
    """With a length or in chunks, in pieces of any size."""

    async def test():
        body = b"b" * 20_000
        for head, sent in (
            (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n", body),
            (CHUNKED, b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)),
        ):
            transport = Site().connect()
            await send(transport, head, *pieces_of(sent, 700))
            assert status(transport) == 200

    run(test)


@given(st.lists(st.integers(1, 60), max_size=20))
def test_the_pieces_in_which_requests_arrive_do_not_matter(sizes):
    """Every request is answered once and in order, and the application reads the same heads and bodies."""

    async def test():
        site = Site()
        transport = site.connect()
        first, *rest = (HEAD + b"\r\n", CHUNKED + b"5\r\nhello\r\n0\r\nT: v\r\n\r\n", HEAD + b"X: y\r\n\r\n")
        data = b"\r\n".join([first, *rest])
        pieces = []
        for size in sizes:
            pieces.append(data[:size])
            data = data[size:]
        await send(transport, *pieces, data)
        await send(transport)
        assert transport.written.count(OK) == transport.written.count(b"HTTP/1.1 ") == 3
        assert [scope["method"] for scope in site.scopes] == ["GET", "POST", "GET"]
        assert [len(scope["headers"]) for scope in site.scopes] == [1, 2, 2]
        assert site.bodies == [b"", b"hello", b""]
        assert not transport.closed

    run(test)


def test_line_ends_between_requests_are_bounded():
    """Both in bytes and in time; the parser skips them."""

    async def test():
        site = Site()
        flooded = site.connect()
        await send(flooded, b"\r\n" * (LIMIT // 2 + 1))
        assert status(flooded) == 400
        await send(flooded, HEAD + b"\r\n")
        assert site.scopes == []
        dripped = Site().connect()
        await send(dripped, HEAD + b"\r\n")
        assert status(dripped) == 200
        for _ in range(20):
            await send(dripped, b"\r\n")
            await asyncio.sleep(SECONDS / 10)
        assert dripped.closed
        assert status(dripped) == 200

    run(test)


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ([b"GET /"], [], 408),
        ([], [HEAD, *[b"a:b\r\n"] * 40], 408),
        ([], [], None),
    ],
    ids=["stops", "drips", "silent"],
)
def test_a_head_that_does_not_arrive_in_time_ends_the_connection(first, then, expected):
    """408 after a part of a head; a silent connection is closed without an answer."""

    async def test():
        transport = Site().connect()
        await send(transport, *first)
        for piece in then:
            await send(transport, piece)
            await asyncio.sleep(SECONDS / 20)
        await asyncio.sleep(SECONDS * 1.5)
        assert status(transport) == expected
        assert transport.closed == (expected is None)

    run(test)


def test_a_refused_client_is_cut_at_last(monkeypatch):
    """It may read the refusal first, however much it goes on sending."""
    monkeypatch.setattr(http_protocol, "_LINGER", 0.05)

    async def test():
        transport = Site().connect()
        await send(transport, b"GET /" + b"t" * 300_000)
        assert not transport.closed
        await send(transport, b"t" * 100_000)
        await asyncio.sleep(0.1)
        assert transport.aborted

    run(test)


def test_an_answer_under_way_is_not_cut():
    """However long it takes; the time of the next head begins after it."""

    async def test():
        site = Site()
        site.answer.clear()
        transport = site.connect()
        await send(transport, HEAD + b"\r\n")
        await asyncio.sleep(SECONDS * 3)
        assert not transport.closed
        site.answer.set()
        await send(transport)
        assert status(transport) == 200
        await asyncio.sleep(SECONDS * 1.5)
        assert transport.closed

    run(test)


def test_a_body_after_its_answer_does_not_hold_the_connection():
    """A client may otherwise drip the body of a request that was refused at once for hours."""

    async def test():
        site = Site(read_body=False)
        transport = site.connect()
        await send(transport, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        assert status(transport) == 200
        for _ in range(30):
            await send(transport, b"b")
            await asyncio.sleep(SECONDS / 20)
        assert transport.closed

    run(test)


@pytest.mark.parametrize("bad", [b"GET /" + b"t" * 300_000, b"\x16\x03\x01 nonsense\r\n\r\n"], ids=["431", "400"])
def test_a_refusal_does_not_stand_before_the_answer_under_way(bad):
    """Otherwise a client or a proxy takes the refusal for the answer to its first request."""

    async def test():
        site = Site()
        site.answer.clear()
        transport = site.connect()
        await send(transport, HEAD + b"\r\n" + bad)
        assert transport.written == b""
        site.answer.set()
        await send(transport)
        assert status(transport) == 200
        assert b"connection: close" in transport.written
        assert transport.closed

    run(test)


def test_requests_sent_ahead_are_bounded():
    """Those within the bound are answered; then the connection closes."""

    async def test():
        site = Site()
        site.answer.clear()
        transport = site.connect()
        await send(transport, (HEAD + b"\r\n") * 1_000)
        site.answer.set()
        for _ in range(200):
            await send(transport)
        assert transport.written.count(OK) == len(site.scopes) == MAX_SENT_AHEAD + 1
        assert transport.closed

    run(test)


def test_a_new_connection_takes_the_place_of_the_one_that_has_waited_longest():
    """One whose answer is under way keeps its place; if all do, the new one gets 503."""

    async def test():
        site = Site(HttpBounds(LIMIT, 5, 3))
        site.answer.clear()
        busy, half, silent = (site.connect() for _ in range(3))
        await send(busy, HEAD + b"\r\n")
        await send(half, b"GET /")
        newest = site.connect()
        assert [one.aborted for one in (busy, half, silent, newest)] == [False, False, True, False]
        await send(newest, HEAD + b"\r\n")
        await send(half, b" HTTP/1.1\r\nHost: x\r\n\r\n")
        refused = site.connect()
        await send(refused)
        assert (status(refused), refused.closed) == (503, True)
        assert b"retry-after: " in refused.written
        site.answer.set()
        await send(busy)
        assert [status(one) for one in (busy, half, newest)] == [200, 200, 200]
        assert not site.connect().closed

    run(test)


def test_connections_that_have_ended_hold_no_place():
    """Neither in the count nor among those that wait."""

    async def test():
        site = Site(HttpBounds(LIMIT, 5, 3))
        for _ in range(20):
            transport = site.connect()
            await send(transport, HEAD + b"\r\n")
            assert status(transport) == 200
            transport.close()
            await asyncio.sleep(0)
        assert not site.state.connections
        assert transport.protocol not in site.bounds.waiting

    run(test)


@pytest.mark.parametrize("takes", [False, True])
def test_a_client_that_takes_nothing_of_an_answer_is_cut(monkeypatch, takes):
    """One that takes a little in each period is not."""
    monkeypatch.setattr(http_protocol, "_STALLED", 0.03)

    async def test():
        transport = Site(HttpBounds(LIMIT, 5, 3)).connect()
        transport.unsent = 1_000_000
        transport.protocol.pause_writing()
        for _ in range(10):
            transport.unsent -= 1_000 if takes else 0
            await asyncio.sleep(0.01)
        assert transport.aborted == (not takes)
        if takes:
            transport.protocol.resume_writing()
            await asyncio.sleep(0.1)
            assert not transport.aborted

    run(test)
