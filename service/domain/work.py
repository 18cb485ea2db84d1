"""The limits of one computation: a deadline, and a stop for when nobody waits for the result any more.

The work of a request travels in a context variable: anyio copies it into the thread that computes. Code without a
current work, such as a command, computes without limits.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic
from types import TracebackType
from typing import Any, Protocol, TypeVar

from service.errors import PathwaysError, TooMuchWork, WorkStopped

T = TypeVar("T")

_POLL_SECONDS = 0.05


class RunElsewhere(Protocol):
    """A function that runs a rule in another process."""

    def __call__(self, work: "WorkLimits", function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Runs a rule in another process and returns its result. Raises the errors of the rule, and those of
        `WorkLimits.check` while it waits.
        """


class WorkLimits:
    """The limits of one computation. It may take `seconds` (None: any time) from its creation on, and any thread may
    stop it.

    `elsewhere` runs pure rules in another process; without it they run in the thread that computes.
    """

    def __init__(self, seconds: float | None = None, elsewhere: RunElsewhere | None = None) -> None:
        self._seconds = seconds
        self._deadline = None if seconds is None else monotonic() + seconds
        self._stopped = False
        self._lock = threading.Lock()
        self._interrupt: Callable[[], None] | None = None
        self.elsewhere = elsewhere

    def stop(self) -> None:
        """Stops the computation: every later call of `check` raises WorkStopped. Interrupts the statement that runs."""
        self._stopped = True
        self._interrupt_statement()

    @contextmanager
    def interruptible(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """Returns a context manager: `stop` calls the function given during the block, and never after it."""
        with self._lock:
            self._interrupt = interrupt
        try:
            yield
        finally:
            with self._lock:
                self._interrupt = None

    def _interrupt_statement(self) -> None:
        """Interrupts the statement that runs, again and again until it ends: an engine that plans ignores it."""
        with self._lock:
            if self._interrupt:
                self._interrupt()
                again = threading.Timer(_POLL_SECONDS, self._interrupt_statement)
                again.daemon = True
                again.start()

    def check(self) -> None:
        """Raises WorkStopped if the computation was stopped, and TooMuchWork if its deadline has passed."""
        if self._stopped:
            raise WorkStopped("The service is stopping, or nobody waits for this answer any more.")
        if self._deadline is not None and monotonic() > self._deadline:
            raise TooMuchWork(
                f"The answer takes longer than {self._seconds:g} seconds. Ask for less at once: fewer edits or pairs, "
                "or a smaller file."
            )


_current: ContextVar[WorkLimits | None] = ContextVar("work", default=None)


@contextmanager
def working(work: WorkLimits | None) -> Iterator[None]:
    """Returns a context manager in which the work given is the current one. None stands for a computation without
    limits.
    """
    token = _current.set(work)
    try:
        yield
    finally:
        _current.reset(token)


def check_work() -> None:
    """Raises WorkStopped or TooMuchWork if the current computation must end. Long loops call it."""
    work = _current.get()
    if work is not None:
        work.check()


@contextmanager
def interruptible_work(interrupt: Callable[[], None]) -> Iterator[None]:
    """Returns a context manager for a statement of the engine: a stop of the current work calls `interrupt`.

    Raises WorkStopped instead of the error by which the engine reports the interruption.
    """
    work = _current.get()
    if work is None:
        yield
        return
    try:
        with work.interruptible(interrupt):
            work.check()  # stopped before the block, it would run to its end
            yield
    except PathwaysError:
        work.check()
        raise


def run_rules(function: Callable[..., T], *arguments: Any) -> T:
    """Returns the result of a pure rule, computed in another process if the current work has a process for rules."""
    work = _current.get()
    if work is None or work.elsewhere is None:
        return function(*arguments)
    result: T = work.elsewhere(work, function, arguments)
    return result


class WorkLock:
    """A lock for threads. A thread stops waiting for it when the thread's current computation must end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        """Waits for the lock. Raises WorkStopped or TooMuchWork if the current computation must end before the lock is
        free.
        """
        while not self._lock.acquire(timeout=_POLL_SECONDS if _current.get() else -1):
            check_work()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Releases the lock."""
        self._lock.release()
