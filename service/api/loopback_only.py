"""Without sign-in, this machine alone: a page of a stranger's, open in a browser here, must not reach the service.

Browsers keep a page to its own host by the host's name. A stranger whose name is made to lead to this machine would
pass for the service's own page; but the browser still says that name.
"""

from functools import lru_cache

from starlette.types import ASGIApp, Receive, Scope, Send

from service.api.problems import problem_response
from service.errors import MisdirectedRequest
from service.settings import is_loopback


class LoopbackOnlyMiddleware:
    """Middleware that answers whoever calls this machine by a name of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses a request whose `Host` is any other."""
        if scope["type"] == "http" and not _own([value for name, value in scope["headers"] if name == b"host"]):
            refusal = problem_response(MisdirectedRequest("Ask 127.0.0.1 or localhost: nobody signs in here."))
            await refusal(scope, receive, send)
            return
        await self.app(scope, receive, send)


def _own(hosts: list[bytes]) -> bool:
    """An old client says no host, and is no browser."""
    return not hosts or (len(hosts) == 1 and _named(hosts[0]))


@lru_cache(maxsize=64)
def _named(host: bytes) -> bool:
    name = host.decode("latin-1")
    end = name.rfind(":")
    return is_loopback(name if end < 0 or name.endswith("]") else name[:end])
