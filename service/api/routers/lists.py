"""Route that lists the loaded versions of the Central Products List."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import ClockDep, GraphDep
from service.api.problems import problems
from service.application.entries import list_versions
from service.errors import InvalidQuestion
from service.schemas.requests.queries import KnownAtQuestion
from service.schemas.responses.entries import ListPage

router = APIRouter(route_class=GuardedRoute, prefix="/v1/lists", tags=["lists"], responses=problems(InvalidQuestion))


@router.get("")
@requires("list")
def get_list_versions(question: Annotated[KnownAtQuestion, Query()], graph: GraphDep, clock: ClockDep) -> ListPage:
    """Lists the known list versions in list order, each with the instant from which its content is in force."""
    return list_versions.get_list_versions(graph, clock, question)
