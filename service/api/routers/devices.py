"""From what an inventory says of a device to a pathway."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, RecorderDep, ResolveAsOfDep
from service.api.problems import problems
from service.api.routers.receipts import KeysDep
from service.application.pathways import device_resolution
from service.errors import EntryNotFound, InvalidQuestion
from service.schemas.requests.devices import ResolveQuestion
from service.schemas.requests.queries import NoParameters
from service.schemas.responses.devices import Resolution

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1", tags=["devices"], responses=problems(InvalidQuestion, EntryNotFound)
)


@router.post("/resolve")
@requires("pathways")
def resolve_device(
    asked: ResolveQuestion,
    plainly: Annotated[NoParameters, Query()],
    memory: GraphCacheDep,
    settle: ResolveAsOfDep,
    keys: KeysDep,
    tell: RecorderDep,
) -> Resolution:
    """What a device may run by what is said of it, and the pathway or the targets on which all of that agrees.

    Nothing is changed. Where what fits has differing answers it is `ambiguous`; where nothing fits, `unknown-device`
    or `unknown-firmware`. All of these are answers (200).
    """
    return tell.resolve(asked, device_resolution.resolve_device_with_receipt(memory, settle, asked, keys))
