"""Entries of the list."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import GuardedRoute, requires
from service.api.deps import AccessDep, EntryPath, GraphDep, ResolveAsOfDep
from service.api.problems import problems
from service.application.entries import list_entries
from service.application.pathways import answers
from service.errors import EntryNotFound, InvalidQuestion
from service.schemas.requests.queries import AsOfQuestion, SearchQuestion
from service.schemas.responses.entries import EntryAnswer, EntryPage, ListedEntryAnswer, ListedEntryPage, NotYetListed

router = APIRouter(
    route_class=GuardedRoute, prefix="/v1/entries", tags=["entries"], responses=problems(InvalidQuestion, EntryNotFound)
)


@router.get("")
@requires("list", also="pathways")
def search_entries(
    question: Annotated[SearchQuestion, Query()], graph: GraphDep, resolve_as_of: ResolveAsOfDep, access: AccessDep
) -> EntryPage | ListedEntryPage:
    """Entries by any filter, in the order of their numbers; without declarations for whoever may not see them."""
    answer = answers.search_entries if access.may("pathways") else list_entries.search_listed_entries
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
    """One entry with its declaration, twins and held bases; or from when on it will be listed.

    Whoever may not see what is declared gets what the list says, and the twins.
    """
    answer = answers.get_entry if access.may("pathways") else list_entries.get_listed_entry
    return answer(graph, resolve_as_of, question, number)
