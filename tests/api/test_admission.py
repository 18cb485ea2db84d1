"""Slots: so many at once, so many of one caller, a short queue, and a refusal at once beyond it."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from service.api.admission import Admission, AdmissionLimits
from service.errors import Overloaded


class Holder:
    """Takes a slot in a task of its own, and holds it until it is told to leave."""

    def __init__(self, admission, caller):
        self.admitted, self.leave = asyncio.Event(), asyncio.Event()
        self.task = asyncio.create_task(self._hold(admission, caller))

    async def _hold(self, admission, caller):
        async with admission.slot(caller):
            self.admitted.set()
            await self.leave.wait()

    async def end(self):
        """Leaves the slot."""
        self.leave.set()
        await self.task


@asynccontextmanager
async def held(admission, *callers):
    """Holders for these callers, after all who can have taken their slots."""
    holders = [Holder(admission, caller) for caller in callers]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    yield holders
    for holder in holders:
        holder.task.cancel()
    await asyncio.gather(*(holder.task for holder in holders), return_exceptions=True)


def admitted(holders):
    """Which of the holders have a slot."""
    return [holder.admitted.is_set() for holder in holders]


def test_slots_are_bounded_in_all_and_by_caller():
    """The third of one caller waits, though a slot is free; another caller gets it."""

    async def run():
        admission = Admission(AdmissionLimits(3, 2, 5, None))
        async with held(admission, "a", "a", "a", "b", "b") as holders:
            assert admitted(holders) == [True, True, False, True, False]
            await holders[3].end()
            await asyncio.sleep(0)
            assert admitted(holders) == [True, True, False, True, True]
            await holders[0].end()
            await asyncio.sleep(0)
            assert admitted(holders) == [True, True, True, True, True]

    asyncio.run(run())


def test_beyond_the_queue_a_refusal_comes_at_once():
    """The refusal says when to ask again. Those who gave up make room in the queue."""

    async def run():
        admission = Admission(AdmissionLimits(1, 1, 1, None))
        async with held(admission, "a", "b") as holders:
            with pytest.raises(Overloaded) as error:
                async with admission.slot("c"):
                    pass
            assert error.value.extra == {"retry_after": 2}
            holders[1].task.cancel()
            await asyncio.sleep(0)
            async with held(admission, "d") as (waiting,):
                await holders[0].end()
                await asyncio.sleep(0)
                assert waiting.admitted.is_set()

    asyncio.run(run())


def test_one_caller_cannot_fill_the_queue():
    """As many of one caller wait as may be at work."""

    async def run():
        admission = Admission(AdmissionLimits(1, 1, 5, None))
        async with held(admission, "a", "a"):
            with pytest.raises(Overloaded):
                async with admission.slot("a"):
                    pass

    asyncio.run(run())


def test_the_wait_ends_after_the_patience():
    """The slot is free again for others when its holder leaves."""

    async def run():
        admission = Admission(AdmissionLimits(1, 1, 1, 0.01))
        async with held(admission, "a") as holders:
            with pytest.raises(Overloaded):
                async with admission.slot("b"):
                    pass
            await holders[0].end()
            async with admission.slot("b"):
                pass

    asyncio.run(run())


def test_a_holder_that_is_cancelled_when_it_is_admitted_leaves():
    """The slot goes to the next one, and none is lost."""

    async def run():
        admission = Admission(AdmissionLimits(1, 1, 5, None))
        async with held(admission, "a", "b", "c") as holders:
            holders[0].leave.set()
            await asyncio.sleep(0)  # the holder leaves, and admits the second one, which has not run yet
            holders[1].task.cancel()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert admitted(holders) == [True, False, True]

    asyncio.run(run())


def test_without_sign_in_all_callers_are_one_and_share_all_slots():
    """The limit of a caller would otherwise be that of the service."""

    async def run():
        admission = Admission(AdmissionLimits(3, 1, 1, None))
        async with held(admission, None, None, None) as holders:
            assert admitted(holders) == [True, True, True]

    asyncio.run(run())
