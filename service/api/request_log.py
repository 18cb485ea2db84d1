"""An id for every request, in its log lines and in its answer, and one log line for it when it has been answered."""

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from re import compile as pattern
from secrets import token_hex
from time import perf_counter
from typing import Any

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

# No underscore and no full stop: neither an API key nor a signed token can pass for an id.
_ID = pattern(rb"[A-Za-z0-9-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})


def route_of(scope: Scope) -> str:
    """The path of the route as the OpenAPI document has it, with no value in it; `none` where no route has the path."""
    return getattr(scope.get("route"), "path", "none")


class RequestLog:
    """Outermost middleware. From `proxies` alone it takes `X-Request-ID`, `X-Forwarded-For` and `X-Forwarded-Proto`.

    It is outside of the application, not one of its middlewares: these are not asked about an unforeseen failure.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[IPv4Network | IPv6Network] = ()) -> None:
        # The types of uvicorn and Starlette for one and the same protocol differ.
        behind: Any = ProxyHeadersMiddleware(app, [str(proxy) for proxy in proxies])  # type: ignore[arg-type]
        self.app: ASGIApp = behind if proxies else app
        self._trusted = lru_cache(maxsize=1024)(lambda host: _within(host, proxies))
        self._log = structlog.get_logger().bind()  # a third faster than one that is set up for each line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Logs a request once its answer has been sent, or its caller has gone: that is the status 499."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = self._taken_over(scope) or token_hex(16).encode()
        structlog.contextvars.bind_contextvars(request_id=request_id.decode())
        began, status = perf_counter(), 499

        async def identified(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", request_id)]}
            await send(message)

        try:
            await self.app(scope, receive, identified)
        except Exception:
            if status == 499:
                raise
            # `api/problems.py` has logged the failure and answered it: uvicorn would log the traceback once more.
        finally:
            self._write(scope, status, perf_counter() - began)

    def _taken_over(self, scope: Scope) -> bytes:
        """The id that a trusted proxy gave the request; blank without one, or where it has another form."""
        client = scope.get("client")
        if not client or not self._trusted(client[0]):
            return b""
        given = [value for name, value in scope["headers"] if name == b"x-request-id"]
        return given[0] if len(given) == 1 and _ID.fullmatch(given[0]) else b""

    def _write(self, scope: Scope, status: int, seconds: float) -> None:
        """The facts of uvicorn's own access line, but the route in place of the path and the query string."""
        method, client = scope["method"], scope.get("client")
        self._log.info(
            "request",
            method=method if method in _METHODS else "other",
            route=route_of(scope),
            status=status,
            ms=round(seconds * 1000, 1),
            client=client[0] if client else "",
            http=scope.get("http_version", ""),
        )


def _within(host: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        address = ip_address(host)
    except ValueError:  # a client that has no address, such as one of a Unix socket
        return False
    return any(address in network for network in networks)
