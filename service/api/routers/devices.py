"""From what an inventory says of a device to a pathway."""

from fastapi import APIRouter

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, KeyringDep, NoParametersQuery, RecorderDep, ResolveAsOfDep
from service.api.problems import problems
from service.application.pathways import devices
from service.errors import EntryNotFound, InvalidQuestion
from service.schemas.requests.devices import ResolveQuestion
from service.schemas.responses.devices import Resolution

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1", tags=["devices"], responses=problems(InvalidQuestion, EntryNotFound)
)


@router.post("/resolve")
@requires("pathways")
def resolve_device(
    body: ResolveQuestion,
    no_parameters: NoParametersQuery,
    graph_cache: GraphCacheDep,
    resolve_as_of: ResolveAsOfDep,
    keyring: KeyringDep,
    recorder: RecorderDep,
) -> Resolution:
    """What a device may run by what is said of it, and the pathway or the targets on which all of that agrees.

    Nothing is changed. Where what fits has differing answers it is `ambiguous`; where nothing fits, `unknown-device`
    or `unknown-firmware`. All of these are answers (200).
    """
    return recorder.resolve(body, devices.answer_resolve(graph_cache, resolve_as_of, body, keyring))
