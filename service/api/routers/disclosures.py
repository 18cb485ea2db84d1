"""Which organisation was told what."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import Guarded, may
from service.api.deps import ClockDep, GraphDep
from service.api.problems import problems
from service.application.disclosures import disclosures
from service.errors import BadQuestion
from service.schemas.requests.disclosures import ToldQuestion
from service.schemas.responses.disclosures import ToldPage

router = APIRouter(route_class=Guarded, prefix="/v1/told", tags=["amendments"], responses=problems(BadQuestion))


@router.get("")
@may("told")
def page(asked: Annotated[ToldQuestion, Query()], graph: GraphDep, clock: ClockDep) -> ToldPage:
    """What organisations were told, the newest first: pathways, batches, checks, devices and exports.

    An answer stands here a second or so after it was given, once for each day on which it was told.
    """
    return disclosures.page(graph, clock, asked)
