"""Whether the process lives, and whether it can answer."""

from fastapi import APIRouter
from pydantic import BaseModel

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphDep, NoParametersQuery
from service.api.problems import problems
from service.errors import InvalidQuestion
from service.repositories import compartments

router = APIRouter(route_class=GuardedRoute, tags=["health"], responses=problems(InvalidQuestion))


class Health(BaseModel):
    """A word for a probe."""

    status: str


@router.get("/healthz")
@requires("service")
def get_liveness(no_parameters: NoParametersQuery) -> Health:
    """The process lives; nothing else is asked."""
    return Health(status="alive")


@router.get("/readyz")
@requires("service")
def get_readiness(no_parameters: NoParametersQuery, graph: GraphDep) -> Health:
    """The graph answers. 503 while it does not."""
    compartments.read_state(graph)
    return Health(status="ready")
