"""Entries of the list."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.access import Guarded, may
from service.api.deps import EntryPath, GraphDep, SettleDep
from service.api.problems import problems
from service.ask import answers
from service.ask.questions import AsOf, SearchQuestion
from service.errors import BadQuestion, EntryUnknown
from service.model.entry import EntryAnswer, EntryPage, NotYetListed

router = APIRouter(
    route_class=Guarded, prefix="/v1/entries", tags=["entries"], responses=problems(BadQuestion, EntryUnknown)
)


@router.get("")
@may("list")
def search(asked: Annotated[SearchQuestion, Query()], graph: GraphDep, settle: SettleDep) -> EntryPage:
    """Entries by any filter, in the order of their numbers."""
    return answers.search(graph, settle, asked)


@router.get("/{number}")
@may("list")
def entry(
    number: EntryPath, asked: Annotated[AsOf, Query()], graph: GraphDep, settle: SettleDep
) -> EntryAnswer | NotYetListed:
    """One entry with its declaration, twins and held bases; or from when on it will be listed."""
    return answers.entry(graph, settle, asked, number)
