"""Which organisation was told what."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import ClockDep, GraphDep
from service.api.problems import problems
from service.application.disclosures import disclosures
from service.errors import InvalidQuestion
from service.schemas.requests.disclosures import DisclosuresQuestion
from service.schemas.responses.disclosures import DisclosurePage

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1/disclosures", tags=["amendments"], responses=problems(InvalidQuestion)
)


@router.get("")
@requires("disclosures")
def list_disclosures(
    question: Annotated[DisclosuresQuestion, Query()], graph: GraphDep, clock: ClockDep
) -> DisclosurePage:
    """What organisations were told, the newest first: pathways, batches, checks, devices and exports.

    An answer stands here a second or so after it was given, once for each day on which it was told.
    """
    return disclosures.list_disclosures(graph, clock, question)
