"""Route that shows the recorded history of an entry."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import ClockDep, EntryPath, GraphDep
from service.api.problems import problems
from service.application.entries import entry_history
from service.errors import EntryNotFound, InvalidQuestion
from service.schemas.requests.queries import PagedAsOfQuestion
from service.schemas.responses.entry_history import HistoryPage

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1/entries", tags=["entries"], responses=problems(InvalidQuestion, EntryNotFound)
)


@router.get("/{number}/history")
@requires("pathways")
def get_entry_history(
    number: EntryPath, question: Annotated[PagedAsOfQuestion, Query()], graph: GraphDep, clock: ClockDep
) -> HistoryPage:
    """Lists each recorded revision, declaration, acceptance and held base, by effective time and by recorded time."""
    return entry_history.get_entry_history(graph, clock, question, number)
