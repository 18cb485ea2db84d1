"""The list versions that are loaded."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import ClockDep, GraphDep
from service.api.problems import problems
from service.application.entries import list_versions
from service.domain.listings import ListPage
from service.errors import InvalidQuestion
from service.schemas.requests.queries import KnownAtQuestion

router = APIRouter(route_class=GuardedRoute, prefix="/v1/lists", tags=["lists"], responses=problems(InvalidQuestion))


@router.get("")
@requires("list")
def get_list_versions(asked: Annotated[KnownAtQuestion, Query()], graph: GraphDep, clock: ClockDep) -> ListPage:
    """The list versions known, in list order, with the instant from which each one's content holds."""
    return list_versions.get_list_versions(graph, clock, asked)
