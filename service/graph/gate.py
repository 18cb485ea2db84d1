"""Lets many threads use the open graph file, and one thread exchange the file while no other uses it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Gate:
    """Counts the threads inside. A thread that locks the gate keeps others out, and waits until those inside left."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._inside = 0
        self._locked = False

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Lets the caller in, after a wait while the gate is locked. A thread that is inside must not enter again."""
        with self._condition:
            self._condition.wait_for(lambda: not self._locked)
            self._inside += 1
        try:
            yield
        finally:
            with self._condition:
                self._inside -= 1
                self._condition.notify_all()

    @contextmanager
    def locked(self, seconds: float) -> Iterator[bool]:
        """Yields whether all threads left within so many seconds. The gate lets threads in again after the block."""
        with self._condition:
            self._locked = True
            empty = self._condition.wait_for(lambda: not self._inside, seconds)
        try:
            yield empty
        finally:
            with self._condition:
                self._locked = False
                self._condition.notify_all()
