"""Counts requests for Prometheus: their number, status and duration, and the results of expensive ones.

A port of its own serves the metrics, and the probes. Requests to restricted routes are not counted: their mere number
would disclose who works on restricted data to operators who have no right to it.
"""

from time import perf_counter
from typing import Any

import structlog
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Histogram, Info, make_wsgi_app, start_http_server
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.authorisation import GuardedRoute
from service.api.metrics_probes import MetricsPortProbes
from service.api.request_log import route_of
from service.domain.classification import RESTRICTED

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "OPTIONS"})
_READ_SECONDS = 10  # in which a client must go on sending its request for metrics

log = structlog.get_logger()


class Metrics:
    """The metrics of this process since its start, for Prometheus.

    They include no memory and CPU figures: requests for restricted data change those too, and would show in them.
    """

    def __init__(self, version: str) -> None:
        self._registry = CollectorRegistry()
        Info("pathways_build", "The program.", registry=self._registry).info({"version": version})
        self._seconds = Histogram(
            "pathways_request_seconds",
            "Seconds until the last byte of an answer, by route, method and status.",
            ["route", "method", "status"],
            buckets=_BOUNDS,
            registry=self._registry,
        )
        self._work = Counter(
            "pathways_work",
            "Expensive requests (question, amendment, load) by result: "
            "admitted, joined, refused, stopped, too-much-work.",
            ["kind", "result"],
            registry=self._registry,
        )

    def count_work(self, kind: str, result: str) -> None:
        """Counts what became of an expensive request without restricted data."""
        self._work.labels(kind, result).inc()

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """Counts a finished request. An unknown method becomes `other`, so that callers cannot invent labels."""
        self._seconds.labels(route, method if method in _METHODS else "other", str(status)).observe(seconds)

    def count_refusal(self, method: str) -> None:
        """Counts a question that the server refused before the application saw it, because too many waited."""
        self.count("none", method, 503, 0.0)

    def listen(self, host: str, port: int, app: FastAPI) -> int:
        """Serves the metrics at `/metrics` in the Prometheus text format and the probes of `app`; returns the port.

        Raises OSError if the port is in use.
        """
        server, _ = start_http_server(port, host, self._registry)
        server.set_app(MetricsPortProbes(app, make_wsgi_app(self._registry)))
        handler: Any = server.RequestHandlerClass
        server.RequestHandlerClass = type("_Handler", (handler,), {"timeout": _READ_SECONDS})
        # The server would print the traceback of a broken connection.
        server.handle_error = lambda *_: log.warning("a request for metrics failed", exc_info=True)  # type: ignore[method-assign]
        return int(server.server_address[1])


class MetricsMiddleware:
    """Counts every request that it passes on to the application, with its status and duration."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Counts a request after its response, or with status 499 after the client has disconnected."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status = perf_counter(), 499

        async def send_with_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_with_status)
        finally:
            route = scope.get("route")
            if not (isinstance(route, GuardedRoute) and route.capability in RESTRICTED):
                self._metrics.count(route_of(scope), scope["method"], status, perf_counter() - start)
