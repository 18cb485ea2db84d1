"""Refuses questions at once while too many wait: a late answer to everybody would help nobody."""

from collections.abc import Callable
from time import monotonic

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from service.api.problems import problem_response
from service.errors import Overloaded

_EXEMPT = frozenset({"/healthz", "/readyz"})
_RETRY_SECONDS = 2
_LOG_INTERVAL = 60.0  # seconds between two log lines about refusals

log = structlog.get_logger()


class WaitingQuestions:
    """The GET requests of one server that have no answer yet. At most `most` of them wait; 0: any number.

    The protocol counts a request as soon as its head is complete: a middleware would count only those to which the
    event loop has come, and all others wait in front of it. Requests with bodies do not count: whoever sends a body
    slowly would have all others refused. The probes pass.
    """

    def __init__(self, most: int) -> None:
        """Sets the most questions that wait."""
        self._most = most
        self.on_refusal: Callable[[str], None] = lambda method: None
        """Gets the method of each request that is refused."""
        self._waiting = self._refused = 0
        self._logged = -_LOG_INTERVAL
        self._refusal = _encoded_refusal(most)

    def refusal(self, scope: Scope) -> bytes | None:
        """Returns the bytes of a refusal where a request finds too many others waiting; None where it may wait."""
        if not self._most or self._waiting < self._most or not _counts(scope):
            return None
        self._refused += 1
        if monotonic() - self._logged > _LOG_INTERVAL:
            log.warning("requests are refused because too many wait", most=self._most, refused=self._refused)
            self._logged, self._refused = monotonic(), 0
        self.on_refusal(scope["method"])
        head, body = self._refusal
        return head if scope["method"] == "HEAD" else head + body

    def count(self, app: ASGIApp, scope: Scope) -> ASGIApp:
        """Counts a request from now on until its answer begins. Returns the application with which to run it."""
        if not self._most or not _counts(scope):
            return app
        self._waiting += 1

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            waits = True

            async def send_counted(message: Message) -> None:
                nonlocal waits
                if waits:  # a caller that reads the answer slowly does not wait for the service
                    waits = False
                    self._waiting -= 1
                await send(message)

            try:
                await app(scope, receive, send_counted)
            finally:
                self._waiting -= waits

        return counted


def _counts(scope: Scope) -> bool:
    return scope["method"] in ("GET", "HEAD") and scope["path"] not in _EXEMPT


def _encoded_refusal(most: int) -> tuple[bytes, bytes]:
    """Returns head and body of the refusal, encoded once: under overload thousands a second are sent."""
    response = problem_response(
        Overloaded(
            f"{most} requests wait for an answer. Send this one again in {_RETRY_SECONDS} seconds.",
            retry_after=_RETRY_SECONDS,
        )
    )
    headers = b"".join(name + b": " + value + b"\r\n" for name, value in response.raw_headers)
    return STATUS_LINE[response.status_code] + headers + b"\r\n", bytes(response.body)
