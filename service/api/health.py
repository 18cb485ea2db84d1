"""Whether the process lives, and whether it can answer."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from service.api.deps import GraphDep
from service.api.problems import problems
from service.ask.questions import Plainly
from service.errors import BadQuestion
from service.store import compartment

router = APIRouter(tags=["health"], responses=problems(BadQuestion))


class Health(BaseModel):
    """A word for a probe."""

    status: str


@router.get("/healthz")
def alive(asked: Annotated[Plainly, Query()]) -> Health:
    """The process lives; nothing else is asked."""
    return Health(status="alive")


@router.get("/readyz")
def ready(asked: Annotated[Plainly, Query()], graph: GraphDep) -> Health:
    """The graph answers. 503 while it does not."""
    compartment.read(graph)
    return Health(status="ready")
