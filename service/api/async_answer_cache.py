"""The answer cache for coroutines: the event loop answers from the cache, a worker thread computes other answers."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import Generic, TypeVar

from service.application.pathways.answer_cache import AnswerCache, EncodedAnswer
from service.domain.single_flight import SingleFlight
from service.repositories.compartments import Compartment
from service.schemas.requests.queries import PathwayQuestion

T = TypeVar("T")

_THREADS = 4
"""Threads that compute answers. By calculation, forty busy ones could keep the event loop waiting for 20 ms: each
holds the interpreter's lock for up to the switch interval.
"""


class AsyncAnswerCache:
    """An `AnswerCache` for the requests of one event loop, which never waits for the graph itself.

    The threads are those of an executor, because anyio takes longer to hand a question to a thread and back than many a
    question takes to answer: 60 instead of 25 µs (measured).
    """

    def __init__(self, cache: AnswerCache) -> None:
        self._cache = cache
        self._last = AsyncSingleFlight(cache.graph_cache.last)
        self._threads = ThreadPoolExecutor(_THREADS, "answers")

    def close(self) -> None:
        """Ends the threads as soon as they have computed the answers that they compute."""
        self._last.close()
        self._threads.shutdown(wait=False)

    async def last(self) -> Compartment:
        """Returns the last committed state (revision and instant) of the public data, as `GraphCache.last` does."""
        return self._cache.graph_cache.fresh() or await self._last.result()

    async def pathway(self, question: PathwayQuestion) -> EncodedAnswer:
        """Returns the answer to a pathway question, with its receipt, as JSON.

        Raises the errors that `AnswerCache.pathway` raises.
        """
        last = await self.last()
        if answer := self._cache.cached(last, question):
            return answer
        compute = partial(copy_context().run, self._cache.pathway, last, question)  # with the id of the request
        return await asyncio.get_running_loop().run_in_executor(self._threads, compute)


class AsyncSingleFlight(Generic[T]):
    """Shares one run of a computation among the coroutines that ask for it; a worker thread runs it."""

    def __init__(self, compute: Callable[[], T]) -> None:
        # Not shared with threads: those that wait could take all the worker threads that its run needs.
        self._flights = SingleFlight(compute)
        # Threads of its own: slow requests may hold all others. The second waits until the first has ended its run.
        self._threads = ThreadPoolExecutor(2, "last state")
        self._run: asyncio.Future[T]

    def close(self) -> None:
        """Ends the threads after the run under way."""
        self._threads.shutdown(wait=False)

    async def result(self) -> T:
        """Returns the result of a run that begins after this call. Raises the errors of the computation."""
        flight, leads = self._flights.join()
        if leads:
            self._run = asyncio.get_running_loop().run_in_executor(self._threads, self._flights.run, flight)
            self._run.add_done_callback(_retrieve_exception)
        return await asyncio.shield(self._run)  # a caller that is cancelled must not cancel the others' run


def _retrieve_exception(run: "asyncio.Future[T]") -> None:
    """Keeps asyncio from logging an exception as never retrieved where all callers have been cancelled."""
    if not run.cancelled():
        run.exception()
