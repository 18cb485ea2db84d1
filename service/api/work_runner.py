"""Runs expensive requests in threads of their own: admitted, joined, limited in time, and stopped without callers."""

import asyncio
import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, Literal, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect

from service.api.admission import Admission
from service.api.caller_watch import CallerWatch
from service.domain.work import RunElsewhere, WorkLimits, working
from service.errors import Overloaded, PathwaysError, TooMuchWork, WorkStopped

T = TypeVar("T")

WorkResult = Literal["admitted", "joined", "refused", "stopped", "too-much-work"]
CountWork = Callable[[WorkResult], None]

WorkKey = tuple[Hashable, Hashable]
"""A question, and the state as of which it is answered. Requests with the same key share a computation."""

_THREADS = 1_000_000  # the slots bound the threads


@dataclass(frozen=True)
class WorkCaller:
    """Who waits for an answer: the caller that the slots count, and the watch over its connection."""

    name: Hashable
    watch: CallerWatch


@dataclass(eq=False)
class _Flight(Generic[T]):
    """A computation, queued or running, and the number of the requests that wait for it."""

    key: WorkKey | None
    task: "asyncio.Task[T]" = field(init=False)
    waiting: int = 0
    work: WorkLimits | None = None
    """None until the computation has a slot."""

    def stop(self) -> None:
        """Stops the computation at its next check, or its wait for a slot."""
        if self.work is None:
            self.task.cancel()
        else:
            self.work.stop()


class WorkRunner:
    """Runs one kind of work. `seconds`: the budget of a computation; `elsewhere`: where its rules run; `turns`: the
    lock by which computations take turns in this process.
    """

    def __init__(
        self,
        admission: Admission,
        seconds: float | None = None,
        elsewhere: RunElsewhere | None = None,
        count: CountWork = lambda result: None,
        received_per_slot: int = 4,
        turns: "threading.Lock | None" = None,
    ) -> None:
        self._turns = turns
        self._admission, self._seconds, self._elsewhere, self._count = admission, seconds, elsewhere, count
        self.receptions = Admission(admission.limits.receptions(received_per_slot))
        """The places of the requests that are received, are at work or wait."""
        self.parsing = asyncio.Lock()
        """Held while a body is parsed: the threads that parse are for other kinds of work too."""
        self._flights: set[_Flight[Any]] = set()
        self._by_key: dict[WorkKey, _Flight[Any]] = {}
        self._threads = CapacityLimiter(_THREADS)
        self._stopping = False

    @property
    def at_work(self) -> int:
        """Returns the number of computations that run or wait for a slot."""
        return len(self._flights)

    async def run(
        self, caller: WorkCaller, compute: Callable[[], T], key: WorkKey | None = None, limited: bool = True
    ) -> T:
        """Returns the result of a computation. Requests with the same `key`, unless it is None, share one computation.

        Without `limited` the computation may take any time. Raises what the computation raises, Overloaded,
        TooMuchWork, WorkStopped where the service stops, and ClientDisconnect where the caller has gone.
        """
        if self._stopping:
            raise WorkStopped("The service is stopping.")
        flight: _Flight[T] | None = self._by_key.get(key) if key else None
        if flight is None:
            flight = self._begin(caller, compute, key, self._seconds if limited else None)
        else:
            self._count("joined")
        flight.waiting += 1
        caller.watch.start()
        gone = asyncio.create_task(caller.watch.gone())
        try:
            await asyncio.wait({flight.task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not flight.task.done():
                raise ClientDisconnect
            return _result(flight.task)
        finally:
            gone.cancel()
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                self._forget(flight)
                flight.stop()

    def require_room(self, caller: WorkCaller, question: Hashable) -> None:
        """Raises Overloaded if a caller's question could neither start nor wait now, nor join a computation of the same
        question. A route calls this before it parses the request.

        `question` is the first part of the keys of computations. The second part, the last committed state of the data,
        is not needed here, because only a query of the database would tell it.
        """
        if any(key[0] == question for key in self._by_key):
            return
        try:
            self._admission.require_room(caller.name)
        except Overloaded:
            self._count("refused")
            raise

    def stop(self) -> None:
        """Stops all computations, and refuses all later ones. A load whose commit has begun completes.

        Any thread and any signal handler may call this method.
        """
        self._stopping = True
        for flight in list(self._flights):
            flight.task.get_loop().call_soon_threadsafe(flight.stop)

    def _begin(
        self, caller: WorkCaller, compute: Callable[[], T], key: WorkKey | None, seconds: float | None
    ) -> _Flight[T]:
        flight: _Flight[T] = _Flight(key)
        flight.task = asyncio.create_task(self._admitted(flight, caller.name, compute, seconds))
        self._flights.add(flight)
        if key is not None:
            self._by_key[key] = flight
        flight.task.add_done_callback(partial(self._end, flight))
        return flight

    async def _admitted(
        self, flight: _Flight[T], caller: Hashable, compute: Callable[[], T], seconds: float | None
    ) -> T:
        async with self._admission.slot(caller):
            self._count("admitted")
            flight.work = WorkLimits(seconds, self._elsewhere, self._turns)
            with working(flight.work):
                return await to_thread.run_sync(compute, limiter=self._threads)

    def _forget(self, flight: _Flight[Any]) -> None:
        """Lets later requests with the key of a flight begin anew."""
        if flight.key and self._by_key.get(flight.key) is flight:
            del self._by_key[flight.key]

    def _end(self, flight: _Flight[Any], task: "asyncio.Task[Any]") -> None:
        self._flights.discard(flight)
        self._forget(flight)
        error = WorkStopped("") if task.cancelled() else task.exception()
        results: dict[type[PathwaysError], WorkResult] = {
            Overloaded: "refused", WorkStopped: "stopped", TooMuchWork: "too-much-work",
        }  # fmt: skip
        for kind, result in results.items():
            if isinstance(error, kind):
                self._count(result)


def _result(task: "asyncio.Task[T]") -> T:
    if task.cancelled():  # while it waited for a slot: the service is stopping
        raise WorkStopped("The service is stopping.")
    return task.result()
