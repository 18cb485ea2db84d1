"""Runs the application as an HTTP server until a signal ends it."""

import asyncio
import os
import resource
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from types import FrameType
from typing import Any

import structlog
import uvicorn
from starlette.types import ASGIApp
from uvicorn.config import STARTUP_FAILURE

from service.api.http_protocol import BoundedHttpProtocol, HttpBounds

_GRACE_SECONDS = 2  # for the requests under way when the server stops; then the disclosure log is written
_ACCEPTED_AT_ONCE = 256
_OTHER_FILES = 256  # open files beside connections: the graph, connections to an engine, listening sockets

log = structlog.get_logger()


class _Server(uvicorn.Server):
    """uvicorn's server, which calls a function as soon as a signal tells it to stop, and accepts many connections at
    once.

    uvloop accepts one connection in each turn of the event loop. Under load a turn takes 0.1 s and more, so that of
    1,000 clients who arrive together the last ones would wait for minutes. A second listener on each socket accepts all
    that wait.
    """

    def __init__(self, config: uvicorn.Config, on_signal: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_signal = on_signal
        self._listeners: list[socket.socket] = []
        self._accepting: set[asyncio.Task[Any]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Starts the application, listens, and begins to accept connections."""
        await super().startup(sockets)
        for server in self.servers:
            self._listeners += [socket.socket(fileno=os.dup(listener.fileno())) for listener in server.sockets]
        for listener in self._listeners:
            listener.setblocking(False)
            asyncio.get_running_loop().add_reader(listener, self._accept, listener)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops accepting connections, and ends those that there are."""
        for listener in self._listeners:
            asyncio.get_running_loop().remove_reader(listener)
            listener.close()
        await super().shutdown(sockets)

    def _accept(self, listener: socket.socket) -> None:
        """Accepts the connections that wait at a listener. uvloop's own listener handles what makes this one fail."""
        loop = asyncio.get_running_loop()
        for _ in range(_ACCEPTED_AT_ONCE):
            try:
                connection, _ = listener.accept()
            except OSError:  # mostly BlockingIOError: no further connection waits
                return
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            task = loop.create_task(loop.connect_accepted_socket(self._protocol, connection))
            self._accepting.add(task)
            task.add_done_callback(self._accepting.discard)

    def _protocol(self) -> asyncio.Protocol:
        protocol: Any = self.config.http_protocol_class
        made: asyncio.Protocol = protocol(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return made

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begins to shut the HTTP server down when a signal arrives."""
        self._on_signal()
        super().handle_exit(sig, frame)


def run_server(app: ASGIApp, host: str, port: int, bounds: HttpBounds, on_signal: Callable[[], None]) -> None:
    """Serves the application over HTTP until SIGTERM or SIGINT. Ends the process if it cannot listen on the port.

    The handler of the signal calls `on_signal`, which must not block.
    """
    protocol: Any = partial(BoundedHttpProtocol, bounds)  # uvicorn declares a class, and calls it
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        http=protocol,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        log_config=None,  # `configure` has set up the loggers of uvicorn
        access_log=False,  # RequestLog writes these lines, without the query string
        proxy_headers=False,  # RequestLog reads them, from trusted proxies only
        ws="none",  # uvicorn would log the query string of a WebSocket request
        server_header=False,
    )
    server = _Server(config, on_signal)
    with suppress(KeyboardInterrupt):  # uvicorn raises SIGINT again after its shutdown
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def allowed_connections(wanted: int) -> int:
    """Raises the operating system's limit of open files, if it is too low for the connections wanted. Returns the
    number of connections that the limit then allows.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + _OTHER_FILES
    if hard != resource.RLIM_INFINITY:
        needed = min(needed, hard)
    if soft != resource.RLIM_INFINITY and soft < needed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
    if needed < wanted + _OTHER_FILES:
        log.warning("the limit of open files allows fewer connections", wanted=wanted, allowed=needed - _OTHER_FILES)
    return max(1, needed - _OTHER_FILES)
