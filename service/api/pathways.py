"""How to get from one entry to another."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import ClockDep, EntryPath, GraphDep
from service.api.paging import begun, following
from service.api.problems import problems
from service.api.questions import PathwayQuestion, ReachQuestion
from service.errors import BadQuestion, EntryUnknown
from service.graph.protocol import Graph
from service.model.clock import Clock
from service.model.entry import ReachPage
from service.model.pathway import Pathway
from service.store import pathways
from service.store.lists import moment

router = APIRouter(prefix="/v1", tags=["pathways"], responses=problems(BadQuestion, EntryUnknown))


@router.get("/pathways")
def pathway(asked: Annotated[PathwayQuestion, Query()], graph: GraphDep, clock: ClockDep) -> Pathway:
    """The pathway from one entry to another, step by step, or the exact reasons why there is none."""
    when = moment(graph, clock, asked.at, asked.known_at)
    return pathways.pathway(graph, when, asked.from_, asked.to, asked.through_removed)


@router.get("/entries/{number}/targets")
def targets(number: EntryPath, asked: Annotated[ReachQuestion, Query()], graph: GraphDep, clock: ClockDep) -> ReachPage:
    """Every entry that can be reached from this one, with the steps of its pathway."""
    return _page(pathways.targets, "targets", number, asked, graph, clock)


@router.get("/entries/{number}/origins")
def origins(number: EntryPath, asked: Annotated[ReachQuestion, Query()], graph: GraphDep, clock: ClockDep) -> ReachPage:
    """Every entry from which this one can be reached, with the steps of its pathway."""
    return _page(pathways.origins, "origins", number, asked, graph, clock)


def _page(reach: pathways.Reach, way: str, number: str, asked: ReachQuestion, graph: Graph, clock: Clock) -> ReachPage:
    subject = f"{way} {number}"
    place = begun(asked, subject)
    when = moment(graph, clock, place.at, place.known_at)
    rest = [item for item in reach(graph, when, number, asked.through_removed) if item.entry > place.after]
    items = rest[: asked.limit]
    more = len(rest) > len(items)
    return ReachPage(
        entry=number,
        items=items,
        next=following(asked, items[-1].entry, when.at, when.known_at, subject) if more else None,
        **when.stated,
    )
