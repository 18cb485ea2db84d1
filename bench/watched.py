"""Clients of one event loop that ask a server again and again, and their latencies by status."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.clients import request

PROBES = ("/healthz", "/readyz")


@dataclass
class Timings:
    """The seconds of the responses of one kind by status; a request without a response counts as status 0."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def add(self, status: int, seconds: float) -> None:
        """Adds a response. Only answers count for the latency: a refusal comes at once."""
        self.statuses[status] += 1
        if status == 200:
            self.seconds.append(seconds)

    def quantile_ms(self, share: float) -> float:
        """The latency that a share of the answers does not exceed, in ms; infinite without answers."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else float("inf")

    def __str__(self) -> str:
        statuses = ", ".join(f"{count} × {status or 'none'}" for status, count in sorted(self.statuses.items()))
        return f"p50 {self.quantile_ms(0.5):.1f} ms, p99 {self.quantile_ms(0.99):.1f} ms ({statuses})"


class Client:
    """A persistent HTTP connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._writer: asyncio.StreamWriter | None = None
        self.retry_after = 0.0
        """The seconds for which the last response asks the client to wait."""

    async def ask(self, path: str, body: bytes | None = None) -> tuple[int, float]:
        """The status and the seconds of a request; status 0 without a response within a minute."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(60):
                status = await self._exchange(path, body)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            status, self._writer = 0, None
        return status, time.monotonic() - began

    async def connect(self) -> asyncio.StreamWriter:
        """Opens the connection unless it is open, and returns its writer."""
        if self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self._writer

    async def _exchange(self, path: str, body: bytes | None) -> int:
        (await self.connect()).write(request(path, body))
        head = await self._reader.readuntil(b"\r\n\r\n")
        await self._reader.readexactly(_number(head, b"content-length: "))
        self.retry_after = _number(head, b"retry-after: ")
        return int(head.split()[1])

    def close(self) -> None:
        """Closes the connection without waiting for anything."""
        if self._writer:
            self._writer.transport.abort()


def _number(head: bytes, header: bytes) -> int:
    """The number in a header of a response, or 0 without the header."""
    return int(head.lower().partition(header)[2].partition(b"\r\n")[0] or 0)


async def keep_asking(client: Client, paths: list[str], timings: Timings, pause: float = 0.0) -> None:
    """Asks the paths in turn until the task is cancelled, and after a refusal waits for as long as it says."""
    try:
        while True:
            for path in paths:
                timings.add(*await client.ask(path))
                await asyncio.sleep(max(pause, client.retry_after))
    finally:
        client.close()


class Watched:
    """Cached pathways, the probes, and their timings while a block runs."""

    def __init__(self, port: int, pathways: list[str]) -> None:
        self.cheap, self.probes = Timings(), {path: Timings() for path in PROBES}
        self._port, self._pathways = port, pathways

    async def __aenter__(self) -> "Watched":
        asking = [keep_asking(Client(self._port), self._pathways, self.cheap, 0.002)]
        asking += [keep_asking(Client(self._port), [path], timings, 0.02) for path, timings in self.probes.items()]
        self._tasks = [asyncio.create_task(one) for one in asking]
        return self

    async def __aexit__(self, *error: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def lines(self, name: str) -> Iterator[str]:
        """The timings as text."""
        yield f"{name}: cached pathways {self.cheap}"
        for path, timings in self.probes.items():
            yield f"{name}: {path} {timings}"
