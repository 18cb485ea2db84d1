"""Probe routes: liveness and readiness."""

from fastapi import APIRouter
from pydantic import BaseModel

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphDep, NoParametersQuery
from service.api.problems import problems
from service.errors import InvalidQuestion
from service.repositories import compartments

router = APIRouter(route_class=GuardedRoute, tags=["health"], responses=problems(InvalidQuestion))


class Health(BaseModel):
    """The state of the service, for a probe."""

    status: str


@router.get("/healthz")
@requires("service")
def get_liveness(no_parameters: NoParametersQuery) -> Health:
    """Answers while the process runs. Does not query the graph."""
    return Health(status="alive")


@router.get("/readyz")
@requires("service")
def get_readiness(no_parameters: NoParametersQuery, graph: GraphDep) -> Health:
    """Answers while the graph answers; 503 otherwise."""
    compartments.read_state(graph)
    return Health(status="ready")
