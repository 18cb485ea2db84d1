"""The servers to measure: the service, two plain routes for comparison, and one that sends a fixed answer."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import uvicorn
import uvloop
from fastapi import FastAPI, Query
from pydantic import BaseModel, TypeAdapter

from bench.clients import bare_shortest_path
from bench.engines import Environment
from bench.lists import ROOT
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.responses.pathways import Pathway
from service.settings import Settings

START_SECONDS = 60
REAL = ["-c", "from service.cli import main; main()", "serve"]
"""The arguments that start `pathways serve`."""
CYPHER, MEMORY, NOTHING = (["-m", "bench.worker", name] for name in ("cypher", "memory", "nothing"))
FIXED = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n" + b" " * 1000


@dataclass(frozen=True)
class Server:
    """A listening server."""

    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def pid(self) -> int:
        """The process id."""
        return self.process.pid

    @property
    def peak_mb(self) -> float | None:
        """The peak of resident memory so far."""
        return peak_mb(self.pid)


def peak_mb(pid: int) -> float | None:
    """The peak of resident memory from /proc, because `ru_maxrss` of a child starts with the value of its parent."""
    status = Path(f"/proc/{pid}/status")
    text = status.read_text() if status.exists() else ""
    found = [line.split()[1] for line in text.splitlines() if line.startswith("VmHWM:")]
    return int(found[0]) / 1024 if found else None


def free_port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def process_environment(environment: Environment) -> Environment:
    """The whole environment of a process without access keys, which imports the version of its working directory."""
    return (
        {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        | {
            "PATHWAYS_AUTH": "off",
            "PYTHONPATH": ".",
        }
        | environment
    )


@contextmanager
def run_server(words: list[str], environment: Environment, source: Path = ROOT) -> Iterator[Server]:
    """A ready server in its own process, of the version in the folder `source`; the end of the block stops it."""
    port = free_port()
    command = [sys.executable, *words, "--port", str(port)]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, env=process_environment(environment), cwd=source, stdout=log, stderr=log)
        try:
            _wait(process, port)
            yield Server(port, process)
        except BaseException:
            log.seek(0)
            sys.stderr.write(log.read()[-2000:])
            raise
        finally:
            process.terminate()
            process.wait(START_SECONDS)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    """Waits until the server listens, which uvicorn does after the start of the application."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"The server did not start: {process.args!r}")


class Steps(BaseModel):
    """The number of steps; None without a route."""

    steps: int | None


def serve_cypher(port: int) -> None:
    """One route that runs one bare shortest path on the engine a request, and answers with the number of steps."""
    app, ask = FastAPI(), bare_shortest_path()

    @app.get("/v1/pathways")
    def pathway(question: Annotated[PathwayQuestion, Query()]) -> Steps:
        return Steps(steps=ask(question.from_, question.to))

    _run(app, port)


def serve_memory(kept: str, port: int) -> None:
    """One route that answers from a dictionary of earlier answers of the service."""
    app = FastAPI()
    given = TypeAdapter(list[Pathway]).validate_json(Path(kept).read_bytes())
    answers = {(answer.from_, answer.to): answer for answer in given}

    @app.get("/v1/pathways")
    def pathway(question: Annotated[PathwayQuestion, Query()]) -> Pathway:
        return answers[question.from_, question.to]

    _run(app, port)


def _run(app: FastAPI, port: int) -> None:
    """Runs the application with the options of `pathways serve`."""
    uvicorn.run(app, host="127.0.0.1", port=port, log_level=Settings().log_level.lower(), server_header=False)


def serve_nothing(port: int) -> None:
    """Sends the same kilobyte for every request: this measures the client itself."""
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
