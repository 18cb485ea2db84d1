"""Gives each request an id, for its log lines and its response, and logs one line after each response."""

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

# No underscore and no full stop: neither an API key nor a signed token matches.
_ID = pattern(rb"[A-Za-z0-9-]{1,64}")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"})


def route_of(scope: Scope) -> str:
    """Returns the path template of the request's route, as in the OpenAPI document; `none` without a route."""
    return getattr(scope.get("route"), "path", "none")


class RequestLog:
    """Outermost middleware, which gives each request an id and logs a line after each response.

    It trusts `X-Request-ID`, `X-Forwarded-For` and `X-Forwarded-Proto` from `proxies` only. It wraps the application
    from outside: Starlette answers an unexpected exception outside of its own middlewares.
    """

    def __init__(self, app: ASGIApp, proxies: Sequence[IPv4Network | IPv6Network] = ()) -> None:
        # uvicorn and Starlette declare different types for the same protocol.
        proxied: Any = ProxyHeadersMiddleware(app, [str(proxy) for proxy in proxies])  # type: ignore[arg-type]
        self.app: ASGIApp = proxied if proxies else app
        self._trusted = lru_cache(maxsize=1024)(lambda host: _in_networks(host, proxies))
        self._log = structlog.get_logger().bind()  # a third faster than binding for each line

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Logs a request after its response, or with status 499 after the client has disconnected."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = self._proxy_request_id(scope) or token_hex(16).encode()
        structlog.contextvars.bind_contextvars(request_id=request_id.decode())
        began, status = perf_counter(), 499

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", request_id)]}
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            if status == 499:
                raise
            # `api/problems.py` has logged and answered the exception; uvicorn would log the traceback again.
        finally:
            self._write(scope, status, perf_counter() - began)

    def _proxy_request_id(self, scope: Scope) -> bytes:
        """Returns the request id from a trusted proxy; a blank without one, or for a malformed id."""
        client = scope.get("client")
        if not client or not self._trusted(client[0]):
            return b""
        values = [value for name, value in scope["headers"] if name == b"x-request-id"]
        return values[0] if len(values) == 1 and _ID.fullmatch(values[0]) else b""

    def _write(self, scope: Scope, status: int, seconds: float) -> None:
        """Logs the data of uvicorn's access line, with the route in place of the path and the query string."""
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


def _in_networks(host: str, networks: Sequence[IPv4Network | IPv6Network]) -> bool:
    try:
        address = ip_address(host)
    except ValueError:  # a client without an address, such as a client of a Unix socket
        return False
    return any(address in network for network in networks)
