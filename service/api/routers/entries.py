"""Routes that search and show entries."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import SEARCH_COST, GuardedRoute, requires
from service.api.deps import AccessDep, EntryPath, GraphDep, ResolveAsOfDep
from service.api.problems import problems
from service.application.entries import entries
from service.errors import EntryNotFound, InvalidQuestion
from service.schemas.requests.filters import EntrySearchQuestion
from service.schemas.requests.queries import AsOfQuestion
from service.schemas.responses.entries import EntryAnswer, EntryPage, ListedEntryAnswer, ListedEntryPage, NotYetListed

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1/entries", tags=["entries"], responses=problems(InvalidQuestion, EntryNotFound)
)


@router.get("")
@requires("list", also="pathways", cost=SEARCH_COST)
def search_entries(
    question: Annotated[EntrySearchQuestion, Query()], graph: GraphDep, resolve_as_of: ResolveAsOfDep, access: AccessDep
) -> EntryPage | ListedEntryPage:
    """Searches entries, ordered by number. Callers without a right to pathways get no declarations."""
    answer = entries.search_entries if access.may("pathways") else entries.search_listed_entries
    return answer(graph, resolve_as_of, question)


@router.get("/{number}")
@requires("list", also="pathways")
def get_entry(
    number: EntryPath,
    question: Annotated[AsOfQuestion, Query()],
    graph: GraphDep,
    resolve_as_of: ResolveAsOfDep,
    access: AccessDep,
) -> EntryAnswer | ListedEntryAnswer | NotYetListed:
    """Shows one entry with its declaration, twins and held bases, or the date on which the list will include it.

    Callers without a right to pathways get the list's data and the twins only.
    """
    answer = entries.get_entry if access.may("pathways") else entries.get_listed_entry
    return answer(graph, resolve_as_of, question, number)
