"""Route that checks an upgrade plan."""

from fastapi import APIRouter

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, KeyringDep, NoParametersQuery, RecorderDep, ResolveAsOfDep
from service.api.problems import problems
from service.application.pathways import answer_receipts
from service.errors import EntryNotFound, InvalidQuestion
from service.schemas.requests.plan_check import PlanQuestion
from service.schemas.responses.plan_check import PlanCheck

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1", tags=["pathways"], responses=problems(InvalidQuestion, EntryNotFound)
)


@router.post("/pathways/check")
@requires("pathways")
def check_plan(
    body: PlanQuestion,
    no_parameters: NoParametersQuery,
    graph_cache: GraphCacheDep,
    resolve_as_of: ResolveAsOfDep,
    keyring: KeyringDep,
    recorder: RecorderDep,
) -> PlanCheck:
    """Checks a plan step by step. The verdict is go, stop or ask, with reasons."""
    return recorder.check(body, answer_receipts.check_plan_with_receipt(graph_cache, resolve_as_of, body, keyring))
