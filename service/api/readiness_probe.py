"""Runs the readiness check for probes, in a thread that nothing else uses and with a deadline."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from time import monotonic

import structlog

from service.errors import EngineUnavailable, NotReady
from service.schemas.responses.health import Readiness

DEADLINE_SECONDS = 1.5
"""How long a probe waits for the check. Probes commonly wait 2 seconds, or longer."""

log = structlog.get_logger()

Answer = asyncio.Future[Readiness]


class ReadinessProbe:
    """Answers probes from the event loop. Probes that arrive during a check share its result.

    A check that the engine never ends keeps its thread; probes then get NotReady at once, until the check ends.
    """

    def __init__(self, check: Callable[[], Readiness], seconds: float = DEADLINE_SECONDS) -> None:
        """Starts the thread, for the event loop that runs. A pool's thread would keep the process from ending."""
        self._check, self._seconds, self._loop = check, seconds, asyncio.get_running_loop()
        self._asked: SimpleQueue[Answer | None] = SimpleQueue()
        self._answer: Answer | None = None
        self._began = 0.0
        threading.Thread(target=self._run, name="readiness", daemon=True).start()

    def close(self) -> None:
        """Ends the thread after the check that it runs."""
        self._asked.put(None)

    async def report(self) -> Readiness:
        """Returns the result of the check. Raises NotReady after the deadline, or for an engine that failed.

        Raises EngineUnavailable for an engine that cannot be reached.
        """
        if self._answer is None:
            self._answer, self._began = self._loop.create_future(), monotonic()
            self._answer.add_done_callback(self._forget)
            self._asked.put(self._answer)
        try:
            async with asyncio.timeout(max(0.0, self._began + self._seconds - monotonic())):
                return await asyncio.shield(self._answer)
        except TimeoutError:
            raise NotReady(f"The graph has not answered within {self._seconds:g} seconds.") from None

    def report_to_thread(self) -> Readiness:
        """Returns or raises the same as `report`, in a thread that has no event loop."""
        return asyncio.run_coroutine_threadsafe(self.report(), self._loop).result(self._seconds + 0.3)

    def event_loop_answers(self) -> bool:
        """Returns whether the event loop runs what a thread asks of it, within a second."""
        try:
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._loop).result(1)
        except (TimeoutError, RuntimeError):  # the second: the event loop has ended
            return False
        return True

    def _forget(self, answer: Answer) -> None:
        self._answer = None
        answer.exception()  # otherwise asyncio logs one that no probe waited for

    def _run(self) -> None:
        while answer := self._asked.get():
            outcome = self._outcome()
            with suppress(RuntimeError):  # the event loop has ended
                self._loop.call_soon_threadsafe(_settle, answer, outcome)

    def _outcome(self) -> Readiness | Exception:
        try:
            return self._check()
        except (EngineUnavailable, NotReady) as error:
            return error
        except Exception as error:
            log.error("the readiness check failed", exc_info=error)
            return NotReady("The graph answered something unexpected. The failure was logged.")


def _settle(answer: Answer, outcome: Readiness | Exception) -> None:
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
