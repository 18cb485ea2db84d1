"""Limits the size and the slowness of request bodies before anything reads them."""

import asyncio
from collections.abc import Mapping
from time import monotonic

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.problems import problem_response
from service.errors import BodyTooLarge, BodyTooSlow, PathwaysError

_MIN_BYTES_PER_SECOND = 1_000
"""The rate required beyond the first `patience` seconds: a trickle of bytes would occupy a connection for ever."""


class BodyLimitMiddleware:
    """Refuses bodies of more than `limit` bytes, and bodies of which no byte arrives for `patience` seconds.

    `path_limits` gives some paths a limit of their own. The refusal is a problem response, whether or not a route
    reads the body.
    """

    def __init__(self, app: ASGIApp, limit: int, path_limits: Mapping[str, int], patience: float) -> None:
        self.app = app
        self.limit = limit
        self.path_limits = path_limits
        self.patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuses a body by its Content-Length at once; without that header, when the body exceeds the limit."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        body = _LimitedBody(receive, send, self.path_limits.get(scope["path"], self.limit), self.patience)
        body.check_content_length(Headers(scope=scope).get("content-length", ""))
        if body.refusal is None:
            try:
                await self.app(scope, body.receive, body.send)
            except ClientDisconnect:  # nobody waits for a response
                return
            except PathwaysError as error:
                if error is not body.refusal:
                    raise
        if body.refusal and not body.response_started:
            response = problem_response(body.refusal)
            if isinstance(body.refusal, BodyTooSlow):
                response.headers["Connection"] = "close"
            await response(scope, receive, send)


class _LimitedBody:
    """Wraps `receive` and `send` of one request; after a refusal, discards the response of the route."""

    def __init__(self, receive: Receive, send: Send, limit: int, patience: float) -> None:
        self._receive, self._send = receive, send
        self._limit, self._patience = limit, patience
        self._began, self._bytes, self._complete = monotonic(), 0, False
        self.refusal: PathwaysError | None = None
        self.response_started = False

    def check_content_length(self, length: str) -> None:
        """Refuses a body that announces too many bytes. The server refuses a header that is not a number."""
        if length.isascii() and length.isdigit() and (len(length) > 18 or int(length) > self._limit):
            self._refuse_size()

    async def receive(self) -> Message:
        """Returns the next chunk of the body. Raises BodyTooLarge or BodyTooSlow.

        After the whole body, waits without a time limit.
        """
        if self.refusal:
            raise self.refusal
        if self._complete:
            return await self._receive()
        message = await self._receive_in_time()
        self._bytes += len(message.get("body", b""))
        self._complete = not message.get("more_body", False)
        if self._bytes > self._limit:
            raise self._refuse_size()
        return message

    async def send(self, message: Message) -> None:
        """Sends a message of the response, unless the body was refused before the response started."""
        if self.refusal is None or self.response_started:
            self.response_started = True
            await self._send(message)

    async def _receive_in_time(self) -> Message:
        remaining = self._began + self._patience + self._bytes / _MIN_BYTES_PER_SECOND - monotonic()
        try:
            async with asyncio.timeout(max(0, min(self._patience, remaining))):
                return await self._receive()
        except TimeoutError:
            self.refusal = BodyTooSlow(
                f"The body stopped after {self._bytes:,} bytes, or came in at less than "
                f"{_MIN_BYTES_PER_SECOND:,} bytes a second. Send the request again without a pause."
            )
            raise self.refusal from None

    def _refuse_size(self) -> PathwaysError:
        self.refusal = BodyTooLarge(f"The body has more than {self._limit:,} bytes, the limit for this path.")
        return self.refusal
