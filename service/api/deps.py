"""What routes ask for in their signature. Coroutines: a plain function would cost each request a thread's turn."""

from typing import Annotated

from fastapi import Depends, Path, Request

from service.api.authorisation import OWNER
from service.api.single_flight import SingleFlight
from service.application.disclosures.recorder import DisclosureRecorder
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import ResolveAsOf
from service.domain.clock import Clock
from service.graph.protocol import Graph
from service.rules.permissions import Access
from service.schemas.requests.queries import EntryNumber


async def _graph(request: Request) -> Graph:
    graph: Graph = request.app.state.graph
    return graph


async def _clock(request: Request) -> Clock:
    clock: Clock = request.app.state.clock
    return clock


async def _memory(request: Request) -> GraphCache:
    memory: GraphCache = request.app.state.memory
    return memory


async def _settle(request: Request) -> ResolveAsOf:
    memory: GraphCache = request.app.state.memory
    return memory.as_of


async def _desk(request: Request) -> SingleFlight:
    desk: SingleFlight = request.app.state.desk
    return desk


async def _tell(request: Request) -> DisclosureRecorder:
    access: Access = request.scope["access"]
    return DisclosureRecorder(request.app.state.log, "" if access is OWNER else access.caller.organisation)


GraphDep = Annotated[Graph, Depends(_graph)]
ClockDep = Annotated[Clock, Depends(_clock)]
GraphCacheDep = Annotated[GraphCache, Depends(_memory)]
ResolveAsOfDep = Annotated[ResolveAsOf, Depends(_settle)]
SingleFlightDep = Annotated[SingleFlight, Depends(_desk)]
RecorderDep = Annotated[DisclosureRecorder, Depends(_tell)]
EntryPath = Annotated[EntryNumber, Path()]
