"""Who may see what is told in confidence. Closed, unless the application says who a caller is and that it may."""

from typing import Annotated

from fastapi import Depends, Request, Response

from service.ask.zigbee import Desk
from service.errors import NotAllowed
from service.model.zigbee import Reader

NO_STORE = {"Cache-Control": "no-store"}
"""On every answer: nothing in between keeps a copy."""


async def restricted(request: Request, response: Response) -> Reader:
    """The caller as the audit names it. Raises NotAllowed unless `app.state.restricted`, asked, tells of a reader."""
    response.headers.update(NO_STORE)
    admit = getattr(request.app.state, "restricted", None)
    reader: Reader | None = admit(request) if admit else None
    if reader is None:
        raise NotAllowed("What is told in confidence is for those alone to whom it is told.")
    return reader


async def _desk(request: Request, reader: Annotated[Reader, Depends(restricted)]) -> Desk:
    state = request.app.state
    return Desk(state.graph, state.clock, state.memory.moment, state.settings, reader)


DeskDep = Annotated[Desk, Depends(_desk)]
