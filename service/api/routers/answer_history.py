"""Route that lists how the answer to a pathway question changed."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import AsyncAnswerCacheDep, GraphCacheDep, ResolveAsOfDep, WorkDep
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


@router.get("/changes", response_model=ChangesPage)
@requires("pathways", work="question")
async def list_changes(
    question: Annotated[ChangesQuestion, Query()],
    graph_cache: GraphCacheDep,
    resolve_as_of: ResolveAsOfDep,
    work: WorkDep,
    answers: AsyncAnswerCacheDep,
) -> Response:
    """Lists each change of the outcome or of the route's entries, with its date and its cause."""
    return await work.shared_answer(answers, lambda: answer_history.list_changes(graph_cache, resolve_as_of, question))
