"""The answer cache for coroutines: the event loop answers from the cache, a worker thread computes other answers."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

from anyio import CapacityLimiter, to_thread
from fastapi.concurrency import run_in_threadpool

from service.application.pathways.answer_cache import AnswerCache, EncodedAnswer
from service.domain.single_flight import SingleFlight
from service.repositories.compartments import Compartment
from service.schemas.requests.queries import PathwayQuestion

T = TypeVar("T")


class AsyncAnswerCache:
    """An `AnswerCache` for the requests of one event loop, which never waits for the graph itself."""

    def __init__(self, cache: AnswerCache) -> None:
        self._cache = cache
        self._last = AsyncSingleFlight(cache.graph_cache.last)

    async def last(self) -> Compartment:
        """The last committed state, see `GraphCache.last`."""
        return self._cache.graph_cache.fresh() or await self._last.result()

    async def pathway(self, question: PathwayQuestion) -> EncodedAnswer:
        """Returns the answer to a pathway question, with its receipt, as JSON.

        Raises the errors that `AnswerCache.pathway` raises.
        """
        last = await self.last()
        if answer := self._cache.cached(last, question):
            return answer
        return await run_in_threadpool(self._cache.pathway, last, question)


class AsyncSingleFlight(Generic[T]):
    """Shares one run of a computation among the coroutines that ask for it; a worker thread runs it."""

    def __init__(self, compute: Callable[[], T]) -> None:
        # Not shared with threads: those that wait could take all the worker threads that its run needs.
        self._flights = SingleFlight(compute)
        # A thread of its own: slow requests may hold all the threads that routes share.
        self._limiter = CapacityLimiter(2)
        self._task: asyncio.Task[T]

    async def result(self) -> T:
        """Returns the result of a run that begins after this call. Raises the errors of the computation."""
        flight, leads = self._flights.join()
        if leads:
            self._task = asyncio.create_task(to_thread.run_sync(self._flights.run, flight, limiter=self._limiter))
            self._task.add_done_callback(_retrieve_exception)
        return await asyncio.shield(self._task)  # a caller that is cancelled must not cancel the others' run


def _retrieve_exception(task: "asyncio.Task[T]") -> None:
    """Keeps asyncio from logging an exception as never retrieved where all callers have been cancelled."""
    if not task.cancelled():
        task.exception()
