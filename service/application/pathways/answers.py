"""Questions answered as of both clocks. Whoever asks brings `settle`, so that several answers may share one moment."""

from collections.abc import Callable
from datetime import datetime

from service.application.entries import entries
from service.application.list_versions import list_versions_known_at
from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf
from service.domain.clock import Clock
from service.domain.names import list_version_order
from service.graph.protocol import Runner
from service.schemas.cursor import next_cursor, read_cursor
from service.schemas.requests.queries import (
    AsOfQuestion,
    KnownAtQuestion,
    PathwayQuestion,
    ReachQuestion,
    SearchQuestion,
)
from service.schemas.responses.entries import EntryAnswer, EntryPage, NotYetListed, ReachPage
from service.schemas.responses.lists import ListPage
from service.schemas.responses.pathways import Pathway

ResolveAsOf = Callable[[datetime | None, datetime | None], AsOf]


def search_entries(graph: Runner, settle: ResolveAsOf, asked: SearchQuestion) -> EntryPage:
    """A page of the entries that pass the filters, in the order of their numbers."""
    place = read_cursor(asked)
    when = settle(place.at, place.known_at)
    found = entries.search_entries(graph, when, asked.filters, place.after, asked.limit + 1)
    items = found[: asked.limit]
    more = len(found) > len(items)
    return EntryPage(
        items=items,
        next=next_cursor(asked, items[-1].number, when.at, when.known_at) if more else None,
        **when.response_fields,
    )


def get_entry(graph: Runner, settle: ResolveAsOf, asked: AsOfQuestion, number: str) -> EntryAnswer | NotYetListed:
    """One entry with its declaration, twins and held bases; or from when on it will be listed."""
    return entries.get_entry(graph, settle(asked.at, asked.known_at), number)


def get_pathway(memory: GraphCache, settle: ResolveAsOf, asked: PathwayQuestion) -> Pathway:
    """The pathway from one entry to another, or the exact reasons why there is none."""
    when = settle(asked.at, asked.known_at)
    return pathways.find_pathway(memory, when, asked.from_, asked.to, asked.through_removed, asked.alternatives)


def get_list_versions(graph: Runner, clock: Clock, asked: KnownAtQuestion) -> ListPage:
    """A page of the list versions known, in list order."""
    place = read_cursor(asked, "lists")
    believed, known = list_versions_known_at(graph, clock, place.known_at)
    rest = [version for version in known if not place.after or version.order > list_version_order(place.after)]
    items = rest[: asked.limit]
    more = len(rest) > len(items)
    return ListPage(
        items=items,
        next=next_cursor(asked, items[-1].number, believed, believed, "lists") if more else None,
        known_at=believed,
    )


def get_targets(memory: GraphCache, settle: ResolveAsOf, asked: ReachQuestion, number: str) -> ReachPage:
    """A page of the entries that can be reached, with the steps of their pathways."""
    return _page(pathways.reachable_targets, f"targets {number}", memory, settle, asked, number)


def get_origins(memory: GraphCache, settle: ResolveAsOf, asked: ReachQuestion, number: str) -> ReachPage:
    """A page of the entries that can reach this one, with the steps of their pathways."""
    return _page(pathways.reaching_origins, f"origins {number}", memory, settle, asked, number)


def _page(
    reach: pathways.ReachFunction,
    subject: str,
    memory: GraphCache,
    settle: ResolveAsOf,
    asked: ReachQuestion,
    number: str,
) -> ReachPage:
    place = read_cursor(asked, subject)
    when = settle(place.at, place.known_at)
    rest = [item for item in reach(memory, when, number, asked.through_removed) if item.entry > place.after]
    items = rest[: asked.limit]
    more = len(rest) > len(items)
    return ReachPage(
        entry=number,
        items=items,
        next=next_cursor(asked, items[-1].entry, when.at, when.known_at, subject) if more else None,
        **when.response_fields,
    )
