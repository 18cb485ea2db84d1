"""Refuses requests under other host names while authorisation is off (protection against DNS rebinding).

A browser lets a page send requests to the host name that the page came from. The owner of a site can point its name at
127.0.0.1, so that pages of the site reach this service; the `Host` header still has the site's name.
"""

from functools import lru_cache

from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.problems import problem_response
from service.domain.hosts import is_loopback
from service.errors import MisdirectedRequest

_HINT = "Use the host 127.0.0.1 or localhost: with PATHWAYS_AUTH=off the service accepts no other host."


class LoopbackOnlyMiddleware:
    """Answers only requests whose `Host` header names a loopback address or `localhost`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses a request whose `Host` header names another machine."""
        hosts = [value for name, value in scope.get("headers", ()) if name == b"host"]
        if scope["type"] == "http" and not _all_loopback(hosts):
            await problem_response(MisdirectedRequest(_HINT))(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _all_loopback(hosts: list[bytes]) -> bool:
    """Returns whether the `Host` headers name this machine. A client without the header is not a browser."""
    return not hosts or (len(hosts) == 1 and _is_loopback(hosts[0]))


@lru_cache(maxsize=64)
def _is_loopback(host: bytes) -> bool:
    name = host.decode("latin-1")
    end = name.rfind(":")
    return is_loopback(name if end < 0 or name.endswith("]") else name[:end])
