"""The servers that are asked: the real one, the same over a replay, and one that does nothing at all."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
import uvloop

from bench.engines import Environment
from bench.replay import Replay
from service.app import create_app
from service.observe import configure
from service.settings import Settings

START_SECONDS = 60
REAL = "from service.cli import main; main()"
FIXED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000


@dataclass(frozen=True)
class Server:
    """A server that listens."""

    port: int
    pid: int

    @property
    def peak_mb(self) -> float | None:
        """The most memory that it has taken so far."""
        return peak_mb(self.pid)


def peak_mb(pid: int) -> float | None:
    """The peak of resident memory as Linux tells it; `ru_maxrss` of a child begins with its parent's."""
    status = Path(f"/proc/{pid}/status")
    told = status.read_text() if status.exists() else ""
    found = [line.split()[1] for line in told.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) / 1024 if found else None


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(words: list[str], environment: Environment) -> Iterator[Server]:
    """A server in a process of its own, ready, until the block ends."""
    port = free_port()
    command = [sys.executable, *words, "--port", str(port)]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)
        try:
            _wait(process, port)
            yield Server(port, process.pid)
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read()[-2000:])
            raise
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def real(environment: Environment) -> list[str]:
    """The words that start `pathways serve`."""
    return ["-c", REAL, "serve"]


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"A server to be measured did not start: {process.args!r}")


def serve_replay(kept: str, port: int) -> None:
    """The same application, as `pathways serve` runs it, over answers from memory."""
    settings = Settings()
    configure(settings.log_level)
    app = create_app(settings, Replay(Path(kept)))
    uvicorn.run(app, host="127.0.0.1", port=port, log_level=settings.log_level.lower(), server_header=False)


def serve_nothing(port: int) -> None:
    """The same kilobyte to everything: what it is asked is what the client itself can ask."""
    uvloop.run(_nothing(port))


async def _nothing(port: int) -> None:
    async def fixed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.readuntil(b"\r\n\r\n"):
                writer.write(FIXED)
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(fixed, "127.0.0.1", port)
    await server.serve_forever()
