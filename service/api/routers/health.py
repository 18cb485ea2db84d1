"""Probe routes: liveness and readiness."""

from fastapi import APIRouter

from service.api.authorisation import OpenRoute, requires
from service.api.deps import NoParametersQuery, ReadinessDep
from service.api.problems import problems
from service.errors import InvalidQuestion, NotReady
from service.schemas.responses.health import Health, Readiness

router = APIRouter(route_class=OpenRoute, tags=["health"], responses=problems(InvalidQuestion, NotReady))


@router.get("/healthz")
@requires("service")
async def get_liveness(no_parameters: NoParametersQuery) -> Health:
    """Answers while the process handles requests. Does not query the graph, and identifies and limits no caller."""
    return Health(status="alive")


@router.get("/readyz")
@requires("service")
async def get_readiness(no_parameters: NoParametersQuery, readiness: ReadinessDep) -> Readiness:
    """Answers within 2 seconds: 200 while the graph answers, otherwise 503. Identifies and limits no caller."""
    return await readiness.report()
