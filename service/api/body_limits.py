"""How much a request may send, and how slowly: a body is bounded before anything reads it."""

import asyncio
from collections.abc import Mapping
from time import monotonic

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import problem_response
from service.errors import BodyTooLarge, BodyTooSlow, PathwaysError

_SLOWEST = 1_000
"""Bytes a second, beyond the first `patience` seconds: a trickle would hold its place for ever."""


class BodyLimitMiddleware:
    """Middleware: bodies of at most `most` bytes, or as many as `larger` says for a path, that do not stand still
    for `patience` seconds. What is refused is told as a problem, whoever reads the body and whether or not it is read.
    """

    def __init__(self, app: ASGIApp, most: int, larger: Mapping[str, int], patience: float) -> None:
        self.app = app
        self.most = most
        self.larger = larger
        self.patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses what says its size at once, and what does not, once it is too much."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _Body(receive, send, self.larger.get(scope["path"], self.most), self.patience)
        body.announced(Headers(scope=scope).get("content-length", ""))
        if body.refused is None:
            try:
                await self.app(scope, body.receive, body.send)
            except ClientDisconnect:  # nobody is left to be told
                return
            except PathwaysError as refused:
                if refused is not body.refused:
                    raise
        if body.refused and not body.answering:
            told = problem_response(body.refused)
            if isinstance(body.refused, BodyTooSlow):
                told.headers["Connection"] = "close"
            await told(scope, receive, send)


class _Body:
    """One request's body while it is received; once it is refused, nothing that is answered to it is sent."""

    def __init__(self, receive: Receive, send: Send, most: int, patience: float) -> None:
        self._receive, self._send = receive, send
        self._most, self._patience = most, patience
        self._began, self._bytes, self._whole = monotonic(), 0, False
        self.refused: PathwaysError | None = None
        self.answering = False

    def announced(self, length: str) -> None:
        """What the head says of the size: a number that is none is the server's to refuse."""
        if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > self._most):
            self._too_large()

    async def receive(self) -> Message:
        """The next piece. Raises BodyTooLarge or BodyTooSlow; once the body is whole, waits as long as it takes."""
        if self.refused:
            raise self.refused
        if self._whole:
            return await self._receive()
        message = await self._in_time()
        self._bytes += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        if self._bytes > self._most:
            raise self._too_large()
        return message

    async def send(self, message: Message) -> None:
        """Passes an answer on, unless it is to a body that was refused meanwhile."""
        if self.refused is None or self.answering:
            self.answering = True
            await self._send(message)

    async def _in_time(self) -> Message:
        left = self._began + self._patience + self._bytes / _SLOWEST - monotonic()
        try:
            async with asyncio.timeout(max(0, min(self._patience, left))):
                return await self._receive()
        except TimeoutError:
            self.refused = BodyTooSlow(f"After {self._bytes:,} bytes nothing more came, or too little in too long.")
            raise self.refused from None

    def _too_large(self) -> PathwaysError:
        self.refused = BodyTooLarge(f"The body has more than {self._most:,} bytes, the most that are taken here.")
        return self.refused
