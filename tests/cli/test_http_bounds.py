"""Attacks on the sockets of a server process: endless and slow heads, trailers, and more connections than allowed."""

import contextlib
import resource
import select
import shutil
import socket
import threading
import time
import urllib.request

import pytest

MEGABYTE = 1_000_000
HEAD = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n"
CHUNKED = b"POST /v1/pathways HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
SECONDS, CONNECTIONS = 1.0, 64


@pytest.fixture(scope="module")
def server(loading, serve, tmp_path_factory):
    """A server with a short time for heads and few connections."""
    folder = shutil.copytree(loading[0], tmp_path_factory.mktemp("bounded") / "graph")
    few = {"PATHWAYS_HEAD_TIMEOUT": str(SECONDS), "PATHWAYS_MAX_CONNECTIONS": str(CONNECTIONS)}
    return drained(serve(folder, **few))


def drained(server):
    """The same server, prepared. A thread reads its log, which would otherwise fill the pipe and stop the server."""
    prepared = threading.Event()

    def read_log():
        for line in server.process.stderr:
            if "prepared for expensive requests" in line:
                prepared.set()

    threading.Thread(target=read_log, daemon=True).start()
    assert prepared.wait(60), "the server does not prepare itself"
    return server


def connect(server):
    """A connection to a server."""
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=20)


def resident(server):
    """The bytes of memory that the server's process holds."""
    with open(f"/proc/{server.process.pid}/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def flood(server, first, piece, total=20 * MEGABYTE):
    """Sends `first`, then pieces until the server ends the connection; gives what the server answered."""
    with connect(server) as line, contextlib.suppress(ConnectionError):
        line.sendall(first)
        sent = 0
        while sent < total and not select.select([line], [], [], 0)[0]:
            sent += line.send(piece)
        assert sent < total, "the server reads without a bound"
        return line.recv(65536)
    return b""


def alive(server):
    """The seconds until a caller with a connection of its own has an answer."""
    began = time.monotonic()
    with urllib.request.urlopen(f"{server.url}/healthz", timeout=20) as response:
        assert response.status == 200
    return time.monotonic() - began


FLOODS = {
    "an endless value": (HEAD + b"X: ", b"v" * 50_000, b"HTTP/1.1 431 "),
    "endless small headers": (HEAD, b"a:b\r\n" * 10_000, b"HTTP/1.1 431 "),
    "an endless target": (b"GET /", b"t" * 50_000, b"HTTP/1.1 431 "),
    "endless trailers": (CHUNKED + b"2\r\n{}\r\n0\r\n", b"t:v\r\n" * 10_000, b""),
    "an endless chunk extension": (CHUNKED + b"2;", b"e" * 50_000, b""),
    "endless line ends": (b"", b"\r\n" * 25_000, b"HTTP/1.1 400 "),
    "requests sent ahead": (b"", (HEAD + b"\r\n") * 1_000, b"HTTP/1.1 200 "),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_a_flood_is_refused_and_takes_no_memory(server, kind):
    """The server ends the connection early, stays below a megabyte of growth, and answers others."""
    first, piece, expected = FLOODS[kind]
    flood(server, first, piece)  # what the first one allocates serves all later ones
    before = resident(server)
    for _ in range(3):
        answer = flood(server, first, piece)
        assert answer.startswith(expected)
    assert resident(server) - before < MEGABYTE
    assert alive(server) < 5


def ended(line, seconds):
    """What a connection received until its end; it must end within some seconds."""
    line.settimeout(seconds)
    return b"".join(iter(lambda: line.recv(65536), b""))


def test_slow_heads_end_in_time(server):
    """A head that drips or stops gets 408, a silent connection nothing, and line ends do not extend an idle one."""
    with connect(server) as drip, connect(server) as stopped, connect(server) as silent, connect(server) as idle:
        drip.sendall(HEAD)
        stopped.sendall(b"GET /")
        idle.sendall(HEAD + b"\r\n")
        until = time.monotonic() + SECONDS + 1
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < until:
                for line, piece in ((drip, b"a:b\r\n"), (idle, b"\r\n")):
                    line.sendall(piece)
                time.sleep(0.05)
        answers = [ended(line, 3) for line in (drip, stopped, silent)]
        assert [answer[:13] for answer in answers] == [b"HTTP/1.1 408 ", b"HTTP/1.1 408 ", b""]
        with contextlib.suppress(ConnectionResetError):
            assert ended(idle, 3).count(b"HTTP/1.1 ") == 1


def test_half_open_connections_lock_nobody_out(server):
    """More connections than allowed, silent or with half a head; other callers are answered at once."""
    with contextlib.ExitStack() as lines:
        for number in range(CONNECTIONS * 3):
            line = lines.enter_context(connect(server))
            with contextlib.suppress(ConnectionError):
                line.sendall(HEAD if number % 2 else b"")
        assert max(alive(server) for _ in range(10)) < 1


@pytest.mark.deep("3,000 connections with the default bounds take 15 seconds")
def test_the_default_bounds(loading, serve, tmp_path):
    """3,000 half-open connections: others are answered, and after the time of a head all are gone."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8_192), hard))
    try:
        server = drained(serve(shutil.copytree(loading[0], tmp_path / "graph")))
        with contextlib.ExitStack() as lines:
            opened = [lines.enter_context(connect(server)) for _ in range(3_000)]
            for line in opened[::2]:
                with contextlib.suppress(ConnectionError):
                    line.sendall(HEAD)
            assert max(alive(server) for _ in range(20)) < 1
            time.sleep(13)
            ended_ones = select.poll()  # `select` itself cannot name so many
            for line in opened:
                ended_ones.register(line, select.POLLIN)
            assert len(ended_ones.poll(0)) == len(opened)
        assert alive(server) < 1
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
