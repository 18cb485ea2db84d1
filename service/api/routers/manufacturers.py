"""Routes that show and record the names of the companies behind manufacturer codes."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import AccessDep, ClockDep, GraphDep, NoParametersQuery, ResolveAsOfDep, WorkDep
from service.api.problems import problems
from service.api.repeated_request_status import retry_responses, set_created_status
from service.application import manufacturers
from service.errors import AmendmentConflict, EditsRefused, InvalidQuestion
from service.schemas.requests.manufacturers import ManufacturerNamesRequest
from service.schemas.requests.queries import PagedAsOfQuestion
from service.schemas.responses.amendments import Amendment
from service.schemas.responses.manufacturers import ManufacturerPage

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1/manufacturers", tags=["manufacturers"], responses=problems(InvalidQuestion)
)


@router.get("")
@requires("list")
def list_manufacturers(
    question: Annotated[PagedAsOfQuestion, Query()], graph: GraphDep, resolve_as_of: ResolveAsOfDep
) -> ManufacturerPage:
    """Lists the manufacturer codes that have a name in force, in the order of the codes."""
    return manufacturers.list_manufacturers(graph, resolve_as_of, question)


@router.post("", status_code=201, responses=problems(EditsRefused, AmendmentConflict) | retry_responses(Amendment))
@requires("amend", work="amendment")
async def name_manufacturers(
    body: ManufacturerNamesRequest,
    no_parameters: NoParametersQuery,
    graph: GraphDep,
    clock: ClockDep,
    access: AccessDep,
    response: Response,
    work: WorkDep,
) -> Amendment:
    """Records the names of manufacturers as one amendment, all or none. Changes no pathway."""
    recorded = await work.run(lambda: manufacturers.name_manufacturers(graph, clock, access, body), limited=False)
    return set_created_status(response, *recorded)
