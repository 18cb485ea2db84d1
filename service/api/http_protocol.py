"""HTTP/1.1 as `serve` speaks it: uvicorn's protocol on httptools, with bounds that httptools does not have.

Decision 0010 says why this protocol and no other server. `BoundedHttpProtocol` bounds, for each connection, the bytes
and the seconds of a head (first line and headers of a request), the bytes of chunk extensions and trailers (headers
after a body), the requests sent ahead, and the seconds in which the client takes nothing of an answer.
"""

import asyncio
from typing import Any, cast

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from service.api.load_shedding import WaitingQuestions
from service.api.waiting_connections import WaitingConnections

HEADER_OVERHEAD = 32
"""The bytes that each header counts beside its name and value, as in HTTP/2: many short headers need memory too."""

MAX_SENT_AHEAD = 32
"""Requests of one connection that may wait for the answers to earlier ones. Each takes some 3 kB."""

_LINGER = 2.0  # seconds for which a refused client may read the refusal before the connection is cut
_STALLED = 30.0  # seconds in which a client must take something of an answer

_TEXTS = {
    400: b"This is not a valid HTTP request.",
    408: b"The head of the request did not arrive in time.",
    431: b"The head of the request is too large.",
    503: b"The service has too many connections. Try again in 2 seconds.",
}


class HttpBounds:
    """The bounds of one server, its connections that wait for a head, and its questions that wait for an answer."""

    def __init__(
        self, head_bytes: int, head_seconds: float, connections: int, questions: WaitingQuestions | None = None
    ) -> None:
        """Sets the most bytes of a head, the seconds in which it must arrive, and the most connections at once.

        Without `questions` any number of questions may wait for their answers.
        """
        self.head_bytes, self.connections = head_bytes, connections
        self.questions = questions or WaitingQuestions(0)
        self.waiting = WaitingConnections(head_seconds)


class _Refused(Exception):
    """Error: stops the HTTP parser from within a callback. The protocol has noted the status with which it answers."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """One connection. uvicorn creates it with its own arguments; `bounds` is shared by the connections of a server."""

    def __init__(self, bounds: HttpBounds, **uvicorn_arguments: Any) -> None:
        super().__init__(**uvicorn_arguments)
        self._bounds, self._waiting = bounds, bounds.waiting
        self._head_bytes = 0  # of the current request: target and headers, trailers included
        self._bytes_since_progress = 0  # progress: a request begins or ends, its head is complete, a piece of body
        self._in_head = self._in_body = self._refused = False
        self._status = 400  # to answer when the parser fails
        self._unsent = 0
        self._stall_timer: asyncio.TimerHandle | None = None

    # ---- the connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Starts the wait for a head; beyond the limit, in the place of the connection that has waited longest."""
        full = len(self.connections) >= self._bounds.connections
        super().connection_made(transport)
        if full and not self._waiting.drop_longest(self._bounds.connections):
            self._refuse(503)
        else:
            self._waiting.add(self, self.loop)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the timers of a connection that has ended."""
        self._waiting.discard(self)
        self._stop_stall_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parses what the client sent. A refused client may go on sending until it is cut; nobody reads that."""
        if self._refused:
            return
        self._bytes_since_progress += len(data)
        super().data_received(data)
        if self._bytes_since_progress > self._bounds.head_bytes:
            self._refuse(431 if self._in_head else 400)

    def end_wait(self) -> None:
        """Closes a connection whose head did not arrive in time, with an answer if a part of the head did."""
        if self._in_head:
            self._refuse(408)
        else:
            self.transport.close()

    def drop(self) -> None:
        """Closes the connection at once, without an answer."""
        self.connections.discard(self)
        self.transport.abort()

    # ---- callbacks of the parser

    def on_message_begin(self) -> None:
        """Begins a request. The time limit of its head (request line and headers) runs from now on, however long the
        connection was idle.
        """
        self._head_bytes = self._bytes_since_progress = 0
        self._in_head = True
        if self in self._waiting:
            self._waiting.add(self, self.loop)
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Takes a piece of the target."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes a header. A trailer is counted and discarded: the application has read the headers by then."""
        self._count(len(name) + len(value) + HEADER_OVERHEAD)
        if not self._in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Starts the application, or queues the request behind those that the client sent before."""
        if len(self.pipeline) >= MAX_SENT_AHEAD:
            raise _Refused
        super().on_headers_complete()
        self._in_head, self._in_body = False, True
        self._bytes_since_progress = 0
        if not self.cycle.response_complete:  # refused at once: the connection waits for the next head already
            self._waiting.discard(self)

    def on_body(self, body: bytes) -> None:
        """Takes a piece of the body."""
        self._bytes_since_progress = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Counts a request as received: from now on its body cannot stall."""
        self._bytes_since_progress = 0
        self._in_body = False
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Starts the wait for the next head, unless the client has sent a further request already."""
        further = bool(self.pipeline)
        super().on_response_complete()
        if not further and not self._refused and not self.transport.is_closing():
            self._waiting.add(self, self.loop)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Starts the application, or refuses the request at once, without a task, where too many questions wait."""
        questions, scope = self._bounds.questions, cast(Scope, cycle.scope)
        refusal = questions.refusal(scope)
        if refusal is None:
            super()._start_asgi_task(cycle, cast(Any, questions.count(app, scope)))
            return
        cycle.response_started = cycle.response_complete = True
        self.transport.write(refusal)
        if not cycle.keep_alive:
            self.transport.close()
        self.on_response_complete()

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self._bounds.head_bytes:
            self._status = 431
            raise _Refused

    # ---- refusals

    def send_400_response(self, msg: str) -> None:
        """Refuses what the parser did not accept. uvicorn calls this for every failure of the parser."""
        self._refuse(self._status)

    def _refuse(self, status: int) -> None:
        """Answers with a status where the client can tell what it belongs to, reads no further, and closes.

        While an earlier request is being answered, an answer now would be taken for the answer to that one: the
        connection closes after it. A request whose body is incomplete ends with the connection.
        """
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        self._waiting.discard(self)
        if self._in_body:
            self.transport.abort()
        elif self.cycle is not None and not self.cycle.response_complete:
            self.cycle.keep_alive = False
        else:
            self._write_refusal(status)

    def _write_refusal(self, status: int) -> None:
        """Writes the answer, and cuts the connection later: cut at once, unread bytes would destroy the answer."""
        text = _TEXTS[status]
        retry = b"retry-after: 2\r\n" if status == 503 else b""
        size = b"content-length: %d\r\n" % len(text)
        kind = b"content-type: text/plain; charset=utf-8\r\n"
        self.transport.write(STATUS_LINE[status] + kind + size + retry + b"connection: close\r\n\r\n" + text)
        if status == 503:
            self.transport.close()
            return
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.loop.call_later(_LINGER, self.transport.abort)

    # ---- clients that take nothing of an answer

    def pause_writing(self) -> None:
        """Starts to wait for the client to take a part of the answer: a client that takes none is cut off."""
        super().pause_writing()
        self._watch_unsent()

    def resume_writing(self) -> None:
        """Stops waiting for the client, because it has taken a part of the answer."""
        self._stop_stall_timer()
        super().resume_writing()

    def _watch_unsent(self) -> None:
        self._unsent = self.transport.get_write_buffer_size()
        self._stall_timer = self.loop.call_later(_STALLED, self._check_unsent)

    def _check_unsent(self) -> None:
        if self.transport.get_write_buffer_size() < self._unsent:
            self._watch_unsent()
        else:
            self.transport.abort()

    def _stop_stall_timer(self) -> None:
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None
