"""Whether a plan is right."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, RecorderDep, ResolveAsOfDep
from service.api.problems import problems
from service.application.pathways import plan_check
from service.errors import EntryNotFound, InvalidQuestion
from service.schemas.requests.plan_check import PlanQuestion
from service.schemas.requests.queries import NoParameters
from service.schemas.responses.plan_check import PlanCheck

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1", tags=["pathways"], responses=problems(InvalidQuestion, EntryNotFound)
)


@router.post("/pathways/check")
@requires("pathways")
def check_plan(
    asked: PlanQuestion,
    plainly: Annotated[NoParameters, Query()],
    memory: GraphCacheDep,
    settle: ResolveAsOfDep,
    tell: RecorderDep,
) -> PlanCheck:
    """Whether a plan is right: go, stop or ask, and why, step by step."""
    return tell.check(asked, plan_check.check_plan(memory, settle, asked))
