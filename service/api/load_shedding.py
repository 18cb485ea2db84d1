"""Refuses questions at once while too many wait: a late answer to everybody would help nobody."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import problem_response
from service.errors import Overloaded

_EXEMPT = frozenset({"/healthz", "/readyz"})
_RETRY_SECONDS = 2


class LoadSheddingMiddleware:
    """Middleware that answers 503 to GET requests while `most` others have no answer yet.

    Requests with bodies do not count: whoever sends a body slowly would have all others refused. The probes pass.
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app = app
        self._most = most
        self._waiting = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses the request, or counts it until its response starts."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or scope["path"] in _EXEMPT:
            await self.app(scope, receive, send)
        elif self._waiting >= self._most:
            await self._refuse(scope, receive, send)
        else:
            await self._count(scope, receive, send)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._waiting += 1
        waits = True

        async def send_counted(message: Message) -> None:
            nonlocal waits
            if waits:  # a caller that reads the response slowly does not wait for the service
                waits = False
                self._waiting -= 1
            await send(message)

        try:
            await self.app(scope, receive, send_counted)
        finally:
            self._waiting -= waits

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = Overloaded(
            f"{self._waiting} requests wait for an answer. Send this one again in {_RETRY_SECONDS} seconds.",
            retry_after=_RETRY_SECONDS,
        )
        await problem_response(refusal)(scope, receive, send)
