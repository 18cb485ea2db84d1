"""Entries of the list."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ClockDep, EntryPath, GraphDep
from service.api.paging import begun, following
from service.api.problems import problems
from service.api.questions import AsOf, SearchQuestion
from service.errors import BadQuestion, EntryUnknown
from service.model.entry import EntryAnswer, EntryPage, NotYetListed
from service.store import entries
from service.store.lists import moment

router = APIRouter(prefix="/v1/entries", tags=["entries"], responses=problems(BadQuestion, EntryUnknown))


@router.get("")
def search(asked: Annotated[SearchQuestion, Query()], graph: GraphDep, clock: ClockDep) -> EntryPage:
    """Entries by any filter, in the order of their numbers."""
    try:
        filters = asked.filters
    except ValueError as wrong:
        raise BadQuestion(str(wrong)) from wrong
    place = begun(asked)
    when = moment(graph, clock, place.at, place.known_at)
    found = entries.search(graph, when, filters, place.after, asked.limit + 1)
    items = found[: asked.limit]
    more = len(found) > len(items)
    return EntryPage(
        items=items,
        next=following(asked, items[-1].number, when.at, when.known_at) if more else None,
        **when.stated,
    )


@router.get("/{number}")
def entry(
    number: EntryPath, asked: Annotated[AsOf, Query()], graph: GraphDep, clock: ClockDep
) -> EntryAnswer | NotYetListed:
    """One entry with its declaration, twins and held bases; or from when on it will be listed."""
    return entries.one(graph, moment(graph, clock, asked.at, asked.known_at), number)
