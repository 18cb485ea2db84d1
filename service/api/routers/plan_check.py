"""Whether a plan is right."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import Guarded, may
from service.api.deps import MemoryDep, SettleDep, TellDep
from service.api.problems import problems
from service.application.pathways import plan_check
from service.errors import BadQuestion, EntryUnknown
from service.schemas.requests.plan_check import PlanQuestion
from service.schemas.requests.queries import Plainly
from service.schemas.responses.plan_check import Checked

router = APIRouter(route_class=Guarded, prefix="/v1", tags=["pathways"], responses=problems(BadQuestion, EntryUnknown))


@router.post("/pathways/check")
@may("pathways")
def check(
    asked: PlanQuestion, plainly: Annotated[Plainly, Query()], memory: MemoryDep, settle: SettleDep, tell: TellDep
) -> Checked:
    """Whether a plan is right: go, stop or ask, and why, step by step."""
    return tell.check(asked, plan_check.judged(memory, settle, asked))
