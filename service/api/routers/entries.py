"""Entries of the list."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.authorisation import AccessDep, Guarded, may
from service.api.deps import EntryPath, GraphDep, SettleDep
from service.api.problems import problems
from service.application.entries import list_entries
from service.application.pathways import answers
from service.errors import BadQuestion, EntryUnknown
from service.schemas.requests.queries import AsOf, SearchQuestion
from service.schemas.responses.entries import EntryAnswer, EntryPage, ListedAnswer, ListedPage, NotYetListed

router = APIRouter(
    route_class=Guarded, prefix="/v1/entries", tags=["entries"], responses=problems(BadQuestion, EntryUnknown)
)


@router.get("")
@may("list", also="pathways")
def search(
    asked: Annotated[SearchQuestion, Query()], graph: GraphDep, settle: SettleDep, access: AccessDep
) -> EntryPage | ListedPage:
    """Entries by any filter, in the order of their numbers; without declarations for whoever may not see them."""
    answer = answers.search if access.may("pathways") else list_entries.search
    return answer(graph, settle, asked)


@router.get("/{number}")
@may("list", also="pathways")
def entry(
    number: EntryPath, asked: Annotated[AsOf, Query()], graph: GraphDep, settle: SettleDep, access: AccessDep
) -> EntryAnswer | ListedAnswer | NotYetListed:
    """One entry with its declaration, twins and held bases; or from when on it will be listed.

    Whoever may not see what is declared gets what the list says, and the twins.
    """
    answer = answers.entry if access.may("pathways") else list_entries.entry
    return answer(graph, settle, asked, number)
