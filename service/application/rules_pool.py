"""A pool of processes that run heavy pure rules beside the process that serves (decision 0011).

The process that serves fetches the facts, a worker runs the rules on them. A worker whose work has to end is killed,
and replaced. Only rules without restricted data may run there.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext, ForkServerProcess
from queue import Empty, SimpleQueue
from types import ModuleType, TracebackType
from typing import Any, Self

import structlog

from service.application.rules_worker import Outcome, receive, run_worker, send
from service.domain.work import WorkLimits
from service.errors import PathwaysError

_POLL_SECONDS = 0.05
_WORKER = "service.application.rules_worker"
_RULES, _RESTRICTED = "service.rules.", "service.rules.zigbee"

_starting = threading.Lock()

log = structlog.get_logger()


class _Worker:
    """A worker process and the connection to it."""

    def __init__(self, context: ForkServerContext) -> None:
        self._connection, remote = context.Pipe()
        with remote, _starting, _blank_main():
            self._process: ForkServerProcess = context.Process(target=run_worker, args=(remote,), daemon=True)
            self._process.start()

    @property
    def pid(self) -> int:
        """Returns the process id of the worker."""
        return self._process.pid or 0

    def run(self, work: WorkLimits, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Outcome:
        """Returns what came of a rule that the worker process runs. Raises the errors of `WorkLimits.check` as soon as
        the computation must end.
        """
        send(self._connection, (function, arguments))
        while not self._connection.poll(_POLL_SECONDS):
            work.check()
        outcome: Outcome = receive(self._connection)
        return outcome

    def kill(self) -> None:
        """Ends the worker process, whatever it is doing."""
        self._process.kill()
        self._process.join()
        self._connection.close()


class RulesPool:
    """A pool of worker processes, each of which runs one rule at a time. A context manager: on entry it starts the
    processes, and on exit it ends them.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._idle: SimpleQueue[_Worker | None] = SimpleQueue()
        self._workers: set[_Worker] = set()
        self._closed = False
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload([_WORKER])

    def __enter__(self) -> Self:
        """Starts the worker processes in another thread, because the first one takes a second to start."""
        threading.Thread(target=self._fill, name="rules-pool", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Kills the worker processes of the pool."""
        self._closed = True
        for worker in list(self._workers):
            worker.kill()

    @property
    def pids(self) -> set[int]:
        """Returns the process ids of the workers."""
        return {worker.pid for worker in self._workers}

    def run(self, work: WorkLimits, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Returns the result of a rule, which a worker process computes. Raises the errors of the rule and of
        `WorkLimits.check`.

        Raises ValueError for a function that is no rule, or a rule about restricted data: such data stay in the process
        that serves. Raises PathwaysError if the worker process ends by itself.
        """
        if not function.__module__.startswith(_RULES) or function.__module__.startswith(_RESTRICTED):
            raise ValueError(f"{function.__module__}.{function.__qualname__} must not run in the rules pool")
        worker = self._take(work)
        if worker is None:
            self._idle.put(None)
            return function(*arguments)
        try:
            returned, result = worker.run(work, function, arguments)
        except (EOFError, OSError) as error:
            self._idle.put(self._replaced(worker))
            raise PathwaysError("A worker process ended while it computed an answer.") from error
        except BaseException:
            self._idle.put(self._replaced(worker))
            raise
        self._idle.put(worker)
        if returned:
            return result
        raise result

    def _take(self, work: WorkLimits) -> _Worker | None:
        """Returns an idle worker, or None if no worker can be started. The wait does not count as work."""
        with work.waiting():
            while True:
                try:
                    return self._idle.get(timeout=_POLL_SECONDS)
                except Empty:
                    work.check()

    def _fill(self) -> None:
        for _ in range(self._size):
            self._idle.put(self._started())

    def _replaced(self, worker: _Worker) -> _Worker | None:
        self._workers.discard(worker)
        worker.kill()
        return None if self._closed else self._started()

    def _started(self) -> _Worker | None:
        """A new worker; None where the system refuses one, so that the rules run in this process."""
        try:
            worker = _Worker(self._context)
        except (OSError, EOFError):
            log.exception("a worker process did not start")
            return None
        self._workers.add(worker)
        return worker


@contextmanager
def _blank_main() -> Iterator[None]:
    """Hides the main module, which a new worker would otherwise import: with it the engines and the web."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
