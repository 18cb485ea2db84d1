"""Admits a bounded number of computations at once, some of one caller at most, and lets a few others wait."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from service.errors import Overloaded

_RETRY_SECONDS = 2


@dataclass(frozen=True)
class AdmissionLimits:
    """At most `slots` computations at once, `per_caller` of them of one caller; `queue` others may wait.

    Each waits for `patience` seconds at most (None: for any time), and as many of one caller wait as may be at work.
    """

    slots: int
    per_caller: int
    queue: int
    patience: float | None

    def receptions(self, times: int) -> "AdmissionLimits":
        """Returns the limits of the requests that are received, wait or are at work, beyond which none is read.

        They are some times as many as may be at work or wait, because identical requests share a computation.
        """
        return AdmissionLimits(times * (self.slots + self.queue), 2 * times * self.per_caller, 0, None)


@dataclass(eq=False)
class _Waiter:
    caller: Hashable
    admitted: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Admission:
    """The slots of one kind of work, for the coroutines of one event loop. The longest wait ends first.

    A caller of None counts towards the slots alone: with `PATHWAYS_AUTH=off` all callers are one.
    """

    def __init__(self, limits: AdmissionLimits) -> None:
        self.limits = limits
        self._running: Counter[Hashable] = Counter()
        self._waiters: deque[_Waiter] = deque()

    @asynccontextmanager
    async def slot(self, caller: Hashable) -> AsyncIterator[None]:
        """Takes a slot for the time of a `with` block. Raises Overloaded if none is free, at once or after a wait."""
        if self._free_for(caller):
            self._running[caller] += 1
        else:
            await self._wait(caller)
        try:
            yield
        finally:
            self._leave(caller)

    def require_room(self, caller: Hashable) -> None:
        """Raises Overloaded where a caller would get neither a slot nor a place in the queue now."""
        waiting = sum(waiter.caller == caller for waiter in self._waiters) if caller is not None else 0
        queued = len(self._waiters) < self.limits.queue and waiting < self.limits.per_caller
        if not queued and not self._free_for(caller):
            raise self._refusal()

    async def _wait(self, caller: Hashable) -> None:
        self.require_room(caller)
        waiter = _Waiter(caller)
        self._waiters.append(waiter)
        try:
            async with asyncio.timeout(self.limits.patience):
                await waiter.admitted
        except BaseException as error:
            self._give_up(waiter)
            if isinstance(error, TimeoutError):
                raise self._refusal() from None
            raise

    def _give_up(self, waiter: _Waiter) -> None:
        if waiter in self._waiters:
            self._waiters.remove(waiter)
        elif not waiter.admitted.cancelled():  # admitted in the moment in which the wait ended
            self._leave(waiter.caller)

    def _leave(self, caller: Hashable) -> None:
        """Frees a slot, and gives what is free to those who wait."""
        self._running[caller] -= 1
        if not self._running[caller]:
            del self._running[caller]
        for waiter in list(self._waiters):
            if not waiter.admitted.done() and self._free_for(waiter.caller):  # done: cancelled just now
                self._waiters.remove(waiter)
                self._running[waiter.caller] += 1
                waiter.admitted.set_result(None)

    def _free_for(self, caller: Hashable) -> bool:
        own = 0 if caller is None else self._running[caller]
        return self._running.total() < self.limits.slots and own < self.limits.per_caller

    def _refusal(self) -> Overloaded:
        return Overloaded(
            f"The service works on as many such requests as it admits, in all or of one caller. "
            f"Send this one again in {_RETRY_SECONDS} seconds.",
            retry_after=_RETRY_SECONDS,
        )
