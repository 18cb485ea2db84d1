"""How many requests there were, how they ended and how long they took, for whoever runs the service.

Told on a port of its own, to nobody who asks the service itself. Nothing is counted of routes that tell or hear
restricted data, not even that they were asked: what moves there is nobody's to see but theirs who may.
"""

from time import perf_counter

import structlog
from prometheus_client import CollectorRegistry, Histogram, Info, start_http_server
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.authorisation import GuardedRoute
from service.domain.classification import RESTRICTED

_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "OPTIONS"})

log = structlog.get_logger()


class Metrics:
    """What was counted since the start. It has no figures of the process: these move with restricted work too."""

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

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """One request that has ended. A method that there is not is `other`: its sender would choose our labels."""
        self._seconds.labels(route, method if method in _METHODS else "other", str(status)).observe(seconds)

    def listen(self, host: str, port: int) -> int:
        """Tells all of it at `/metrics`, in the text form of Prometheus, and says on which port it listens.

        Raises OSError where the port is taken.
        """
        server, _ = start_http_server(port, host, self._registry)
        # The server would print the traceback of a connection that breaks off.
        server.handle_error = lambda *_: log.warning("a request for metrics failed", exc_info=True)  # type: ignore[method-assign]
        return int(server.server_address[1])


class MetricsMiddleware:
    """Middleware that counts."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Counts a request once its answer has been sent, or its caller has gone: that is the status 499."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = perf_counter(), 499

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, counted)
        finally:
            route = scope.get("route")
            if not (isinstance(route, GuardedRoute) and route.capability in RESTRICTED):
                self._metrics.count(getattr(route, "path", "none"), scope["method"], status, perf_counter() - began)
