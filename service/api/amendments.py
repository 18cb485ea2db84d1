"""What a change of declarations would do."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import GraphDep, SettleDep
from service.api.problems import problems
from service.ask import impacts
from service.ask.edits import ImpactQuestion
from service.ask.questions import Plainly
from service.errors import BadQuestion, EditsRefused
from service.model.impact import Impact

router = APIRouter(prefix="/v1", tags=["amendments"], responses=problems(BadQuestion, EditsRefused))


@router.post("/impact")
def impact(asked: ImpactQuestion, plainly: Annotated[Plainly, Query()], graph: GraphDep, settle: SettleDep) -> Impact:
    """What edits would do to every answer, now and at later dates. Nothing is written."""
    return impacts.of(graph, settle, asked)
