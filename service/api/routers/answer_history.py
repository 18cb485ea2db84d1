"""How the answer to a question changed."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, ResolveAsOfDep
from service.api.problems import problems
from service.application.pathways import answer_history as answers
from service.errors import EntryNotFound, InvalidQuestion
from service.schemas.requests.answer_history import ChangesQuestion
from service.schemas.responses.answer_history import ChangesPage

router = APIRouter(
    route_class=GuardedRoute,
    prefix="/v1/pathways",
    tags=["pathways"],
    responses=problems(InvalidQuestion, EntryNotFound),
)


@router.get("/changes")
@requires("pathways")
def list_changes(
    question: Annotated[ChangesQuestion, Query()], graph_cache: GraphCacheDep, resolve_as_of: ResolveAsOfDep
) -> ChangesPage:
    """Every change of what would have been told: the outcome or the route's entries, from when on, and its cause."""
    return answers.list_changes(graph_cache, resolve_as_of, question)
