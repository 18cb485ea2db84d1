"""A process that runs commands, one JSON line each, so that every measurement has its own memory and lock.

`python -m bench.worker` waits for commands; with `cypher`, `memory FILE` or `nothing`, and `--port N`, it serves.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from bench import batch, clients, impact, loads, serving
from bench.engines import Environment

COMMANDS: dict[str, Callable[..., Any]] = {
    "load_list": loads.load_list,
    "load_bases": loads.load_bases,
    "unwind": loads.unwind,
    "ask_bare": clients.ask_bare,
    "ask_once": clients.ask_once,
    "ask_http": clients.ask_http,
    "in_memory": batch.in_memory,
    "over_http": batch.over_http,
    "measure_impacts": impact.measure_impacts,
}


class Worker:
    """The parent's side of a worker process. The peak of memory covers all its commands."""

    def __init__(self, environment: Environment) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.worker"],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.communicate()

    def call(self, name: str, **arguments: Any) -> Any:
        """The result of a command."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps([name, arguments]) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"{name} failed; its error is above.")
        return json.loads(answer)

    @property
    def peak_mb(self) -> float | None:
        """The peak of resident memory so far."""
        return serving.peak_mb(self._process.pid)


def work() -> None:
    """Runs commands until the parent closes the pipe."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # other output goes to stderr
    for line in sys.stdin:
        name, arguments = json.loads(line)
        out.write(json.dumps(COMMANDS[name](**arguments)) + "\n")
        out.flush()


if __name__ == "__main__":
    match sys.argv[1:]:
        case []:
            work()
        case ["cypher", "--port", port]:
            serving.serve_cypher(int(port))
        case ["memory", kept, "--port", port]:
            serving.serve_memory(kept, int(port))
        case ["nothing", "--port", port]:
            serving.serve_nothing(int(port))
