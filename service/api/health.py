"""Whether the process lives, and whether it can answer."""

from fastapi import APIRouter
from pydantic import BaseModel

from service.api.deps import GraphDep
from service.api.problems import problems
from service.store import compartment

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """A word for a probe."""

    status: str


@router.get("/healthz")
def alive() -> Health:
    """The process lives; nothing else is asked."""
    return Health(status="alive")


@router.get("/readyz", responses=problems())
def ready(graph: GraphDep) -> Health:
    """The graph answers. 503 while it does not."""
    compartment.read(graph)
    return Health(status="ready")
