"""What routes ask for in their signature. Coroutines: a plain function would cost each request a thread's turn."""

from typing import Annotated

from fastapi import Depends, Path, Request

from service.api.authorisation import OWNER
from service.api.single_flight import Desk
from service.application.disclosures.recorder import Teller
from service.application.pathways.answers import Settle
from service.application.pathways.graph_cache import Memory
from service.domain.clock import Clock
from service.graph.protocol import Graph
from service.rules.permissions import Access
from service.schemas.requests.queries import Number


async def _graph(request: Request) -> Graph:
    graph: Graph = request.app.state.graph
    return graph


async def _clock(request: Request) -> Clock:
    clock: Clock = request.app.state.clock
    return clock


async def _memory(request: Request) -> Memory:
    memory: Memory = request.app.state.memory
    return memory


async def _settle(request: Request) -> Settle:
    memory: Memory = request.app.state.memory
    return memory.moment


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def _tell(request: Request) -> Teller:
    access: Access = request.scope["access"]
    return Teller(request.app.state.log, "" if access is OWNER else access.caller.organisation)


GraphDep = Annotated[Graph, Depends(_graph)]
ClockDep = Annotated[Clock, Depends(_clock)]
MemoryDep = Annotated[Memory, Depends(_memory)]
SettleDep = Annotated[Settle, Depends(_settle)]
DeskDep = Annotated[Desk, Depends(_desk)]
TellDep = Annotated[Teller, Depends(_tell)]
EntryPath = Annotated[Number, Path()]
