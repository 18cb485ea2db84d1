"""Route that reads the disclosure log."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import AccessDep, ClockDep, GraphDep
from service.api.problems import problems
from service.application.disclosures import disclosures
from service.errors import InvalidQuestion
from service.schemas.requests.disclosures import DisclosuresQuestion
from service.schemas.responses.disclosures import DisclosurePage

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1/disclosures", tags=["amendments"], responses=problems(InvalidQuestion)
)


@router.get("")
@requires("own-disclosures", also="disclosures")
def list_disclosures(
    question: Annotated[DisclosuresQuestion, Query()], graph: GraphDep, clock: ClockDep, access: AccessDep
) -> DisclosurePage:
    """Lists the answers that the caller's organisation received, and for SECAS those of all organisations.

    Newest first: pathways, batches, checks, devices and exports. The log contains an answer about a second after the
    service sent it, and once for each day of sending.
    """
    return disclosures.list_visible_disclosures(graph, clock, access, question)
