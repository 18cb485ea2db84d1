"""Lets many threads use the open graph file, and one thread exchange the file while no other uses it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ReadWriteLock:
    """A lock that many threads may share, or one thread may hold alone.

    A thread that wants it alone keeps later threads out, and waits until those that share it have released it.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._sharing = 0
        self._exclusive = False

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Shares the lock for the block, once no thread holds or wants it alone. Not reentrant."""
        with self._condition:
            self._condition.wait_for(lambda: not self._exclusive)
            self._sharing += 1
        try:
            yield
        finally:
            with self._condition:
                self._sharing -= 1
                self._condition.notify_all()

    @contextmanager
    def exclusive(self, seconds: float) -> Iterator[bool]:
        """Holds the lock alone for the block. Yields whether all others released it within so many seconds."""
        with self._condition:
            self._exclusive = True
            empty = self._condition.wait_for(lambda: not self._sharing, seconds)
        try:
            yield empty
        finally:
            with self._condition:
                self._exclusive = False
                self._condition.notify_all()
