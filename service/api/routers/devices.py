"""From what an inventory says of a device to a pathway."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import Guarded, may
from service.api.deps import MemoryDep, SettleDep, TellDep
from service.api.problems import problems
from service.api.routers.receipts import KeysDep
from service.application.pathways import devices
from service.errors import BadQuestion, EntryUnknown
from service.schemas.requests.devices import ResolveQuestion
from service.schemas.requests.queries import Plainly
from service.schemas.responses.devices import Resolution

router = APIRouter(route_class=Guarded, prefix="/v1", tags=["devices"], responses=problems(BadQuestion, EntryUnknown))


@router.post("/resolve")
@may("pathways")
def resolve(
    asked: ResolveQuestion,
    plainly: Annotated[Plainly, Query()],
    memory: MemoryDep,
    settle: SettleDep,
    keys: KeysDep,
    tell: TellDep,
) -> Resolution:
    """What a device may run by what is said of it, and the pathway or the targets on which all of that agrees.

    Nothing is changed. Where what fits has differing answers it is `ambiguous`; where nothing fits, `unknown-device`
    or `unknown-firmware`. All of these are answers (200).
    """
    return tell.resolve(asked, devices.resolve(memory, settle, asked, keys))
