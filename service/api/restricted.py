"""Who may see what is told in confidence: the caller as the audit names it, and of whose entries."""

from typing import Annotated

from fastapi import Depends, Request, Response

from service.api.authorisation import AccessDep
from service.application.zigbee.exposure import ZigbeeContext
from service.domain.capabilities import Capability
from service.domain.zigbee_facts import ZigbeeReader
from service.rules.permissions import Access

NO_STORE = {"Cache-Control": "no-store"}
"""On every answer: nothing in between keeps a copy."""


async def restricted_reader(request: Request, response: Response, access: AccessDep) -> ZigbeeReader:
    """The caller, who may what the route is for, as the audit names it."""
    response.headers.update(NO_STORE)
    capability: Capability = request.scope["endpoint"].capability
    return make_reader(access, capability)


def make_reader(access: Access, capability: Capability) -> ZigbeeReader:
    """Who reads or writes: of all entries, or of those of its own manufacturers alone."""
    caller = access.caller
    return ZigbeeReader(
        who=caller.name,
        role=";".join(sorted(caller.roles)) or caller.name,
        organisation=caller.organisation,
        manufacturers=None if access.extent(capability) == "all" else caller.manufacturers,
    )


async def _desk(request: Request, reader: Annotated[ZigbeeReader, Depends(restricted_reader)]) -> ZigbeeContext:
    state = request.app.state
    return ZigbeeContext(state.graph, state.clock, state.memory.as_of, state.settings, state.limits, reader)


ZigbeeContextDep = Annotated[ZigbeeContext, Depends(_desk)]
