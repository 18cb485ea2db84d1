"""The dependencies (FastAPI's `Depends`) that routes name in their signatures.

All are coroutines: FastAPI would run a plain function in a worker thread for every request. They call `services_of`
themselves: with `ServicesDep` in their signatures, cached pathways took some 15 % longer (32 concurrent requests).
"""

from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response

from service.api.async_answer_cache import AsyncAnswerCache
from service.api.authorisation import OWNER
from service.api.load_runner import LoadRunner
from service.api.readiness_probe import ReadinessProbe
from service.api.services import Services, services_of
from service.api.work_runners import ExpensiveRequest
from service.application.disclosures.recorder import DisclosureRecorder
from service.application.findings import FindingCache
from service.application.pathways.graph_cache import GraphCache
from service.application.zigbee.stack_exposure import ZigbeeContext
from service.domain.as_of import ResolveAsOf
from service.domain.capabilities import Capability
from service.domain.clock import Clock
from service.domain.zigbee_facts import ZigbeeCaller
from service.graph.protocol import Graph
from service.rules.permissions import Access
from service.schemas.requests.queries import EntryNumber, NoParameters
from service.security.receipt_keys import Keyring
from service.settings import Settings

NO_STORE = {"Cache-Control": "no-store"}
"""The header of every restricted answer: no cache may store the answer."""


async def get_services(request: Request) -> Services:
    """Returns the objects that all requests of the application share."""
    return services_of(request.app)


async def get_access(request: Request) -> Access:
    """Returns the caller and its rights, which `GuardedRoute` has established."""
    access: Access = request.scope["access"]
    return access


ServicesDep = Annotated[Services, Depends(get_services)]
AccessDep = Annotated[Access, Depends(get_access)]


async def get_settings(request: Request) -> Settings:
    """Returns the settings of the service."""
    return services_of(request.app).settings


async def get_graph(request: Request) -> Graph:
    """Returns the open graph."""
    return services_of(request.app).graph


async def get_clock(request: Request) -> Clock:
    """Returns the clock from which answers take the current instant."""
    return services_of(request.app).clock


async def get_graph_cache(request: Request) -> GraphCache:
    """Returns the cache of the data that the service has fetched from the graph."""
    return services_of(request.app).graph_cache


async def get_resolve_as_of(request: Request) -> ResolveAsOf:
    """Returns the function that resolves the instants of a question."""
    return services_of(request.app).graph_cache.as_of


async def get_answer_cache(request: Request) -> AsyncAnswerCache:
    """Returns the cache of encoded answers, for coroutines."""
    return services_of(request.app).answer_cache


async def get_finding_cache(request: Request) -> FindingCache:
    """Returns the cache of findings (faults in the data)."""
    return services_of(request.app).finding_cache


async def get_keyring(request: Request) -> Keyring:
    """Returns the keys that sign and verify receipts."""
    return services_of(request.app).keyring


async def get_readiness_probe(request: Request) -> ReadinessProbe:
    """Returns the probe that runs the readiness check."""
    return services_of(request.app).readiness


async def get_load_runner(request: Request) -> LoadRunner:
    """Returns the object that runs file loads one after another."""
    return services_of(request.app).load_runner


async def get_recorder(request: Request) -> DisclosureRecorder:
    """Returns the recorder of the answers that the caller's organisation gets.

    With `PATHWAYS_AUTH=off` it records nothing.
    """
    access: Access = request.scope["access"]
    log = services_of(request.app).disclosure_log
    return DisclosureRecorder(log, "" if access is OWNER else access.caller.organisation)


async def get_zigbee_reader(request: Request, response: Response, access: AccessDep) -> ZigbeeCaller:
    """Returns the caller as the audit names it, with the entries it may see; forbids caches to store the answer."""
    response.headers.update(NO_STORE)
    caller, capability = access.caller, _capability(request)
    return ZigbeeCaller(
        who=caller.name,
        role=";".join(sorted(caller.roles)) or caller.name,
        organisation=caller.organisation,
        manufacturers=None if access.extent(capability) == "all" else caller.manufacturers,
    )


async def get_zigbee_context(
    request: Request, reader: Annotated[ZigbeeCaller, Depends(get_zigbee_reader)]
) -> ZigbeeContext:
    """Returns the reader of restricted ZigBee data, with all objects that answers to the reader need."""
    services = services_of(request.app)
    resolve_as_of = services.graph_cache.as_of
    return ZigbeeContext(services.graph, services.clock, resolve_as_of, services.settings, services.limits, reader)


async def get_work(request: Request) -> ExpensiveRequest:
    """Returns the work of an expensive request, whose route names the kind of work in `@requires`."""
    work: ExpensiveRequest = request.scope["work"]
    return work


def _capability(request: Request) -> Capability:
    capability: Capability = request.scope["endpoint"].capability
    return capability


SettingsDep = Annotated[Settings, Depends(get_settings)]
GraphDep = Annotated[Graph, Depends(get_graph)]
ClockDep = Annotated[Clock, Depends(get_clock)]
GraphCacheDep = Annotated[GraphCache, Depends(get_graph_cache)]
ResolveAsOfDep = Annotated[ResolveAsOf, Depends(get_resolve_as_of)]
AsyncAnswerCacheDep = Annotated[AsyncAnswerCache, Depends(get_answer_cache)]
FindingCacheDep = Annotated[FindingCache, Depends(get_finding_cache)]
KeyringDep = Annotated[Keyring, Depends(get_keyring)]
ReadinessDep = Annotated[ReadinessProbe, Depends(get_readiness_probe)]
WorkDep = Annotated[ExpensiveRequest, Depends(get_work)]
LoadRunnerDep = Annotated[LoadRunner, Depends(get_load_runner)]
RecorderDep = Annotated[DisclosureRecorder, Depends(get_recorder)]
ZigbeeContextDep = Annotated[ZigbeeContext, Depends(get_zigbee_context)]
EntryPath = Annotated[EntryNumber, Path()]
NoParametersQuery = Annotated[NoParameters, Query()]
