"""Runs the application as an HTTP server until a signal ends it."""

import resource
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
_OTHER_FILES = 256  # open files beside connections: the graph, connections to an engine, listening sockets

log = structlog.get_logger()


class _Server(uvicorn.Server):
    """uvicorn's server, which calls a function as soon as a signal tells it to stop."""

    def __init__(self, config: uvicorn.Config, on_signal: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_signal = on_signal

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
