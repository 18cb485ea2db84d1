"""Where requests for pathways wait. What was answered before is answered at once; a thread is taken for the rest."""

import asyncio
from collections.abc import Callable

from fastapi.concurrency import run_in_threadpool

from service.application.pathways.answer_cache import AnswerCache, EncodedAnswer
from service.repositories.compartments import Compartment
from service.schemas.requests.queries import PathwayQuestion


class SingleFlight:
    """The requests of one event loop, which answers them itself as far as nothing is to be waited for."""

    def __init__(self, answering: AnswerCache) -> None:
        self._answering = answering
        self._turns = CoalescedStateRead(answering.graph_cache.last)

    async def pathway(self, asked: PathwayQuestion) -> EncodedAnswer:
        """The answer to a question, with its receipt, as JSON. Raises what `Answering.pathway` does."""
        last = self._answering.graph_cache.fresh() or await self._turns.last()
        if known := self._answering.cached(last, asked):
            return known
        return await run_in_threadpool(self._answering.pathway, last, asked)


class CoalescedStateRead:
    """The graph is asked for its last state once for all requests that arrived before the asking began."""

    def __init__(self, ask: Callable[[], Compartment]) -> None:
        self._ask = ask
        self._under_way: asyncio.Task[Compartment] | None = None
        self._next: asyncio.Task[Compartment] | None = None

    async def last(self) -> Compartment:
        """The last committed state, asked for after this call began."""
        if self._next is None:
            self._next = asyncio.create_task(self._turn(self._under_way))
            self._next.add_done_callback(_heard)
        return await asyncio.shield(self._next)  # one who goes away takes nothing from the others

    async def _turn(self, before: "asyncio.Task[Compartment] | None") -> Compartment:
        if before is not None:
            await asyncio.wait([before])
        self._under_way, self._next = self._next, None  # it begins now: whoever comes later needs another
        return await run_in_threadpool(self._ask)


def _heard(task: "asyncio.Task[Compartment]") -> None:
    """A failure is told to those who wait; where all of them went away, to nobody."""
    if not task.cancelled():
        task.exception()
