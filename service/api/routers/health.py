"""Whether the process lives, and whether it can answer."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from service.api.authorisation import Guarded, may
from service.api.deps import GraphDep
from service.api.problems import problems
from service.errors import BadQuestion
from service.repositories import compartments
from service.schemas.requests.queries import Plainly

router = APIRouter(route_class=Guarded, tags=["health"], responses=problems(BadQuestion))


class Health(BaseModel):
    """A word for a probe."""

    status: str


@router.get("/healthz")
@may("service")
def alive(asked: Annotated[Plainly, Query()]) -> Health:
    """The process lives; nothing else is asked."""
    return Health(status="alive")


@router.get("/readyz")
@may("service")
def ready(asked: Annotated[Plainly, Query()], graph: GraphDep) -> Health:
    """The graph answers. 503 while it does not."""
    compartments.read(graph)
    return Health(status="ready")
