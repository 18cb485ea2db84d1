"""Lets several callers share one computation: it serves all callers who arrive before it begins."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from service.domain.work import working

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """A computation that threads share: one run of it serves all callers who arrive before the run begins.

    A caller never gets the result of a run that began before its call: callers who arrive during a run share the next
    one. An exception of a run reaches every caller of that run and no other.
    """

    def __init__(self, compute: Callable[[], T]) -> None:
        self._compute = compute
        self._lock = threading.Lock()
        self._running = threading.Lock()
        self._next: Future[T] | None = None

    def result(self) -> T:
        """Returns the result of a run of the computation that begins after this call. Raises the exception that the run
        raises.
        """
        flight, leads = self.join()
        return self.run(flight) if leads else flight.result()

    def join(self) -> tuple[Future[T], bool]:
        """Returns the next run of the shared computation, and whether this caller is its first. The first caller has to
        call `run`.
        """
        with self._lock:
            leads = self._next is None
            flight = self._next = self._next or Future()
        return flight, leads

    def run(self, flight: Future[T]) -> T:
        """Waits for the run in progress, then runs the computation for all callers that `join` gave the run
        `flight`.
        """
        with self._running:
            with self._lock:
                self._next = None  # the run begins now: later callers need another one
            try:
                with working(None):  # the first caller may leave, and the run serves the others too
                    result = self._compute()
                flight.set_result(result)
            except BaseException as failure:
                flight.set_exception(failure)
        return flight.result()
