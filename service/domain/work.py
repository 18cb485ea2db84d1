"""The limits of one computation: a deadline, and a stop for when nobody waits for the result any more.

The work of a request travels in a context variable: anyio copies it into the thread that computes. Code without a
current work, such as a command, computes without limits.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from time import monotonic
from types import TracebackType
from typing import Any, Protocol, TypeVar

from service.errors import Overloaded, PathwaysError, TooMuchWork, WorkStopped

T = TypeVar("T")

_POLL_SECONDS = 0.05
_TURN_SECONDS = 2.0


class RunElsewhere(Protocol):
    """A function that runs a rule in another process."""

    def __call__(self, work: "WorkLimits", function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
        """Runs a rule in another process and returns its result. Raises the errors of the rule, and those of
        `WorkLimits.check` while it waits.
        """


class WorkLimits:
    """The limits of one computation. It may take `seconds` (None: any time) from its creation on, and any thread may
    stop it.

    `elsewhere` runs pure rules in another process; without it they run in the thread that computes. `turns` is a lock
    that computations share, of which one at a time shall run Python code, see `computing_turn`.
    """

    def __init__(
        self,
        seconds: float | None = None,
        elsewhere: RunElsewhere | None = None,
        turns: "threading.Lock | None" = None,
    ) -> None:
        self._seconds = seconds
        self._deadline = None if seconds is None else monotonic() + seconds
        self._stopped = False
        self._lock = threading.Lock()
        self._interrupt: Callable[[], None] | None = None
        self.elsewhere, self._turns = elsewhere, turns
        self._waits = False

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Returns a context manager for a part of the computation that runs Python code without a pause.

        The part waits until no other computation with the same `turns` is in such a part, but for at most two seconds:
        the wait spares the event loop, and no part needs the others to end. Raises the errors of `waiting`.
        """
        has_turn = self._turns is None or self._wait_for_turn(self._turns)
        try:
            yield
        finally:
            if self._turns and has_turn:
                self._turns.release()

    def _wait_for_turn(self, turns: "threading.Lock") -> bool:
        latest = monotonic() + _TURN_SECONDS
        with self.waiting():
            while not turns.acquire(timeout=_POLL_SECONDS):
                self.check()
                if monotonic() > latest:
                    return False
        return True

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Returns a context manager for a wait that other computations cause. The wait does not count as work of this
        one. `check` raises Overloaded if the wait takes longer than this computation may.
        """
        deadline, began = self._deadline, monotonic()
        if deadline is None or self._seconds is None:
            yield
            return
        self._deadline, self._waits = began + self._seconds, True
        try:
            yield
        finally:
            self._deadline, self._waits = deadline + monotonic() - began, False

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
        """Raises WorkStopped if the computation was stopped, TooMuchWork if its deadline has passed, and Overloaded if
        it has waited for too long.
        """
        if self._stopped:
            raise WorkStopped("The service is stopping, or nobody waits for this answer any more.")
        if self._deadline is not None and monotonic() > self._deadline:
            if self._waits:
                raise Overloaded("The service is busy with other questions. Ask again later.", retry_after=1)
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
def computing_turn() -> Iterator[None]:
    """Returns a context manager for a part of the current computation that runs Python code without a pause, such as
    the preparation of an impact. Parts of several questions run one after another: together they would end no earlier,
    because Python runs one thread at a time, and would keep the event loop waiting.
    """
    work = _current.get()
    with work.turn() if work else nullcontext():
        yield


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
