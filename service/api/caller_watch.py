"""Notices that the caller of a request has gone while the request is at work."""

import asyncio
from collections import deque
from contextlib import suppress

from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from service.errors import BodyTooLarge, BodyTooSlow


class CallerWatch:
    """Hands on what the server receives of one request, and awaits the end of the connection from `start` on.

    Only one task may await `receive` of the server; whoever asks after `start` waits for what this task sees.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._read: deque[Message] = deque()
        self._gone = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def receive(self) -> Message:
        """Returns the next message of the request; after `start`, the message that the caller has gone."""
        if self._read:
            return self._read.popleft()
        if self._task is None:
            return await self._receive()
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def read_body(self) -> bytes:
        """Reads and returns the body. `receive` returns it again. Raises ClientDisconnect where the caller goes."""
        more = True
        while more:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            self._read.append(message)
            more = message.get("more_body", False)
        return b"".join(message.get("body", b"") for message in self._read)

    def start(self) -> None:
        """Starts to wait for the caller to close its connection. What the route has not read of the body is lost."""
        self._task = self._task or asyncio.create_task(self._await_disconnect())

    async def gone(self) -> None:
        """Waits until the caller has closed its connection."""
        await self._gone.wait()

    def close(self) -> None:
        """Stops waiting for the caller to close its connection."""
        if self._task is not None:
            self._task.cancel()

    async def _await_disconnect(self) -> None:
        with suppress(BodyTooLarge, BodyTooSlow):  # of a body that no route reads
            while (await self._receive())["type"] != "http.disconnect":
                pass
            self._gone.set()
