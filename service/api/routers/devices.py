"""Route that identifies a device from inventory data and answers for it."""

from fastapi import APIRouter

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, KeyringDep, NoParametersQuery, RecorderDep, ResolveAsOfDep
from service.api.problems import problems
from service.application.pathways import answer_receipts
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
    """Matches a device to entries, and returns the pathway or the targets that all matching entries share.

    Records nothing but the disclosure. If matching entries have different answers, the outcome is `ambiguous`; if no
    entry matches, `unknown-device` or `unknown-firmware`. All of these outcomes are answers with status 200.
    """
    return recorder.resolve(
        body, answer_receipts.resolve_device_with_receipt(graph_cache, resolve_as_of, body, keyring)
    )
