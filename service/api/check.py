"""Whether a plan is right."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import MemoryDep, SettleDep
from service.api.problems import problems
from service.ask import plans
from service.ask.plans import Plan, PlanQuestion
from service.errors import BadQuestion, EntryUnknown
from service.model.check import Checked

router = APIRouter(prefix="/v1", tags=["pathways"], responses=problems(BadQuestion, EntryUnknown))


@router.post("/pathways/check")
def check(plan: Plan, asked: Annotated[PlanQuestion, Query()], memory: MemoryDep, settle: SettleDep) -> Checked:
    """Whether a plan is right: go, stop or ask, and why, step by step."""
    return plans.judged(memory, settle, asked, plan)
