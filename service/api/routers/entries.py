"""Entries of the list."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import AccessDep, GuardedRoute, requires
from service.api.deps import EntryPath, GraphDep, ResolveAsOfDep
from service.api.problems import problems
from service.application.entries import entries
from service.errors import EntryNotFound, InvalidQuestion
from service.schemas.requests.queries import AsOfQuestion, SearchQuestion
from service.schemas.responses.entries import EntryAnswer, EntryPage, ListedEntryAnswer, ListedEntryPage, NotYetListed

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1/entries", tags=["entries"], responses=problems(InvalidQuestion, EntryNotFound)
)


@router.get("")
@requires("list", also="pathways")
def search_entries(
    asked: Annotated[SearchQuestion, Query()], graph: GraphDep, settle: ResolveAsOfDep, access: AccessDep
) -> EntryPage | ListedEntryPage:
    """Entries by any filter, in the order of their numbers; without declarations for whoever may not see them."""
    answer = entries.search_entries if access.may("pathways") else entries.search_listed_entries
    return answer(graph, settle, asked)


@router.get("/{number}")
@requires("list", also="pathways")
def get_entry(
    number: EntryPath,
    asked: Annotated[AsOfQuestion, Query()],
    graph: GraphDep,
    settle: ResolveAsOfDep,
    access: AccessDep,
) -> EntryAnswer | ListedEntryAnswer | NotYetListed:
    """One entry with its declaration, twins and held bases; or from when on it will be listed.

    Whoever may not see what is declared gets what the list says, and the twins.
    """
    answer = entries.get_entry if access.may("pathways") else entries.get_listed_entry
    return answer(graph, settle, asked, number)
