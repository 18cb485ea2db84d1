"""The runners of all kinds of expensive work, and the work of one request."""

import hashlib
import threading
from collections.abc import AsyncIterator, Callable, Hashable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Literal, TypeVar

from anyio import CapacityLimiter
from fastapi import Response
from pydantic import BaseModel
from starlette.types import Receive, Scope

from service.api.admission import Admission, AdmissionLimits
from service.api.async_answer_cache import AsyncAnswerCache
from service.api.caller_watch import CallerWatch
from service.api.work_runner import WorkCaller, WorkKey, WorkResult, WorkRunner
from service.domain.work import RunElsewhere
from service.rules.permissions import ALL_RIGHTS, Access
from service.settings import Settings

T = TypeVar("T")

WorkKind = Literal["question", "amendment", "load", "restricted", "restricted-load"]
FILE_KINDS: tuple[WorkKind, ...] = ("load", "restricted-load")
"""The kinds of work whose body is a file, which the route itself writes to the disk."""

CountKindOfWork = Callable[[str, WorkResult], None]

_QUEUE_SECONDS = 2.0
_BODY_THREADS = 2


class WorkRunnersByKind:
    """One runner for each kind of work, so that no kind takes the slots of another.

    Restricted work has slots of each organisation's own, is not counted, and never leaves this process: no refusal and
    no metric tells one organisation that another one works on restricted data.
    """

    def __init__(self, settings: Settings, elsewhere: RunElsewhere | None = None) -> None:
        slots, own, queue = settings.expensive_slots, settings.expensive_per_caller, settings.expensive_queue
        writes, seconds = settings.write_queue, settings.work_seconds
        questions = AdmissionLimits(slots, own, queue, _QUEUE_SECONDS)
        amendments = AdmissionLimits(slots, own, writes, None)
        loads = AdmissionLimits(1, 1 + writes, writes, None)
        self._seconds, self._restricted_limits = seconds, AdmissionLimits(own, own, queue, _QUEUE_SECONDS)
        self._restricted: dict[str, WorkRunner] = {}
        self.body_threads = CapacityLimiter(_BODY_THREADS)
        """The threads that parse JSON bodies: others may all be taken by slow requests."""
        self._observer: CountKindOfWork | None = None
        turns = threading.Lock()  # for questions alone: a write waits for other writes, and would keep its turn
        count = partial(self._count, "question")
        self.questions = WorkRunner(Admission(questions), seconds, elsewhere, count, turns=turns)
        self.amendments = WorkRunner(Admission(amendments), None, elsewhere, partial(self._count, "amendment"))
        self.loads = WorkRunner(Admission(loads), seconds, None, partial(self._count, "load"), received_per_slot=1)

    def runner(self, kind: WorkKind, organisation: str) -> WorkRunner:
        """Returns the runner of a kind of work, for restricted work that of the caller's organisation."""
        runners = {"question": self.questions, "amendment": self.amendments, "load": self.loads}
        return runners[kind] if kind in runners else self.restricted(organisation)

    def restricted(self, organisation: str) -> WorkRunner:
        """Returns the runner of an organisation's restricted work."""
        if organisation not in self._restricted:
            self._restricted[organisation] = WorkRunner(Admission(self._restricted_limits), self._seconds)
        return self._restricted[organisation]

    def observe(self, observer: CountKindOfWork) -> None:
        """Has a function count all work from now on that is not restricted."""
        self._observer = observer

    def _count(self, kind: str, result: WorkResult) -> None:
        if self._observer:
            self._observer(kind, result)

    @property
    def at_work(self) -> int:
        """Returns the number of computations of all kinds that are at work or wait for a slot."""
        runners = (self.questions, self.amendments, self.loads, *self._restricted.values())
        return sum(runner.at_work for runner in runners)

    def stop(self) -> None:
        """Stops all work, because the service stops."""
        for runner in (self.questions, self.amendments, self.loads, *self._restricted.values()):
            runner.stop()


class ExpensiveRequest:
    """The work of one request: who asks, and the runner that admits the request.

    `received` puts it into the scope of the request, where the route finds it.
    """

    def __init__(self, runner: WorkRunner, kind: WorkKind, scope: Scope, watch: CallerWatch) -> None:
        self._runner, self._kind, self._scope = runner, kind, scope
        self._access: Access = scope["access"]
        self._caller = WorkCaller(_name(self._access, scope), watch)
        self._parsing = False
        self._question: Hashable = None

    @asynccontextmanager
    async def received(self) -> AsyncIterator[Receive]:
        """Receives the request, and yields what its route shall receive. Raises Overloaded before the body is read.

        A body that is no file is read here, so that a slow one keeps nobody waiting, and parsed one after another.
        """
        watch = self._caller.watch
        self._scope["work"] = self
        async with self._runner.receptions.slot(self._caller.name):
            if self._kind not in FILE_KINDS:
                self._question = await self._read_question()
                self._runner.require_room(self._caller, self._question)
                await self._runner.parsing.acquire()
                self._parsing = True
            try:
                yield watch.receive
            finally:
                self._parsed()
                watch.close()

    async def _read_question(self) -> Hashable:
        """Returns all that identifies the question of the request, after reading its body."""
        body = hashlib.sha256(await self._caller.watch.read_body()).digest()
        caller = self._access.caller
        return self._scope["path"], self._scope["query_string"], body, caller.roles, caller.manufacturers

    def _parsed(self) -> None:
        if self._parsing:
            self._parsing = False
            self._runner.parsing.release()

    async def run(self, compute: Callable[[], T], limited: bool = True, key: WorkKey | None = None) -> T:
        """Returns the result of a computation in a thread. Raises the errors of `WorkRunner.run`."""
        self._parsed()
        return await self._runner.run(self._caller, compute, key, limited)

    async def answer(self, compute: Callable[[], BaseModel], headers: Mapping[str, str] | None = None) -> Response:
        """Returns the response of a computation, as JSON that the thread writes."""
        body = await self.run(lambda: compute().model_dump_json(by_alias=True))
        return Response(body, media_type="application/json", headers=headers)

    async def shared_answer(self, cache: AsyncAnswerCache, compute: Callable[[], BaseModel]) -> Response:
        """Returns a response like `answer`. A running computation of the same question serves this caller too.

        The same: of a caller with the same rights, and as of the last committed state at which this request arrived.
        """
        self._parsed()
        last = await cache.last()
        key = self._question, (last.recorded, last.head)
        body = await self.run(lambda: compute().model_dump_json(by_alias=True), key=key)
        return Response(body, media_type="application/json")


def _name(access: Access, scope: Scope) -> Hashable:
    """Returns the name by which slots count a caller: its address without credentials, None where nobody signs in."""
    caller = access.caller
    if access.rights is ALL_RIGHTS:
        return None
    client = scope["client"]
    return (caller.name, caller.organisation) if caller.signed_in else client and client[0]
