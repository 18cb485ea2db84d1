"""The connections of a server that wait for the head of a request, and how long each may wait."""

import asyncio
from time import monotonic
from typing import Protocol

import structlog

_LOG_INTERVAL = 60.0  # seconds between two log lines about the limit of connections

log = structlog.get_logger()


class Connection(Protocol):
    """A connection that waits for the head of a request (its first line and its headers)."""

    def end_wait(self) -> None:
        """Closes the connection, because no head arrived in time."""

    def drop(self) -> None:
        """Closes the connection at once, because a newer one needs its place."""


class WaitingConnections:
    """The waiting connections of one server, the one that has waited longest first.

    One timer serves all of them: a timer for each would cost more than the bounds themselves.
    """

    def __init__(self, seconds: float) -> None:
        """Sets the seconds that a connection may wait."""
        self._seconds = seconds
        self._since: dict[Connection, float] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._logged = -_LOG_INTERVAL

    def __contains__(self, connection: Connection) -> bool:
        """Returns whether a connection waits for the head of a request."""
        return connection in self._since

    def add(self, connection: Connection, loop: asyncio.AbstractEventLoop) -> None:
        """Counts a connection as waiting for its next request from now on, as the latest of all."""
        self._since.pop(connection, None)
        self._since[connection] = loop.time()
        if self._timer is None:
            self._timer = loop.call_later(self._seconds, self._end_overdue, loop)

    def discard(self, connection: Connection) -> None:
        """Removes a connection from those that wait for a request, if it is one of them."""
        self._since.pop(connection, None)

    def drop_longest(self, limit: int) -> bool:
        """Drops the connection that has waited longest, and returns whether there was one. `limit` is for the log."""
        longest = next(iter(self._since), None)
        if monotonic() - self._logged > _LOG_INTERVAL:
            self._logged = monotonic()
            log.warning("the limit of connections is reached", limit=limit, waiting=len(self._since))
        if longest is None:
            return False
        self.discard(longest)
        longest.drop()
        return True

    def _end_overdue(self, loop: asyncio.AbstractEventLoop) -> None:
        while (first := next(iter(self._since.items()), None)) and first[1] + self._seconds <= loop.time():
            self.discard(first[0])
            first[0].end_wait()
        self._timer = loop.call_at(first[1] + self._seconds, self._end_overdue, loop) if first else None
