"""Route that lists how the answer to a pathway question changed."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import GraphCacheDep, ResolveAsOfDep
from service.api.problems import problems
from service.application.pathways import answer_history
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
    """Lists each change of the outcome or of the route's entries, with its date and its cause."""
    return answer_history.list_changes(graph_cache, resolve_as_of, question)
