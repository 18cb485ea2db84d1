"""Questions answered as of both clocks. Whoever asks brings `settle`, so that several answers may share one moment."""

from collections.abc import Callable
from datetime import datetime

from service.application.pathways import pathways
from service.application.pathways.graph_cache import Memory
from service.domain.as_of import Moment
from service.domain.clock import Clock
from service.domain.listings import ListPage
from service.domain.names import list_order
from service.graph.protocol import Runner
from service.repositories import entries, list_versions
from service.schemas.cursor import begun, following
from service.schemas.requests.queries import AsOf, KnownAt, PathwayQuestion, ReachQuestion, SearchQuestion
from service.schemas.responses.entries import EntryAnswer, EntryPage, NotYetListed, ReachPage
from service.schemas.responses.pathways import Pathway

Settle = Callable[[datetime | None, datetime | None], Moment]


def search(graph: Runner, settle: Settle, asked: SearchQuestion) -> EntryPage:
    """A page of the entries that pass the filters, in the order of their numbers."""
    place = begun(asked)
    when = settle(place.at, place.known_at)
    found = entries.search(graph, when, asked.filters, place.after, asked.limit + 1)
    items = found[: asked.limit]
    more = len(found) > len(items)
    return EntryPage(
        items=items,
        next=following(asked, items[-1].number, when.at, when.known_at) if more else None,
        **when.stated,
    )


def entry(graph: Runner, settle: Settle, asked: AsOf, number: str) -> EntryAnswer | NotYetListed:
    """One entry with its declaration, twins and held bases; or from when on it will be listed."""
    return entries.one(graph, settle(asked.at, asked.known_at), number)


def pathway(memory: Memory, settle: Settle, asked: PathwayQuestion) -> Pathway:
    """The pathway from one entry to another, or the exact reasons why there is none."""
    when = settle(asked.at, asked.known_at)
    return pathways.pathway(memory, when, asked.from_, asked.to, asked.through_removed, asked.alternatives)


def versions(graph: Runner, clock: Clock, asked: KnownAt) -> ListPage:
    """A page of the list versions known, in list order."""
    place = begun(asked, "lists")
    believed, known = list_versions.versions(graph, clock, place.known_at)
    rest = [version for version in known if not place.after or version.order > list_order(place.after)]
    items = rest[: asked.limit]
    more = len(rest) > len(items)
    return ListPage(
        items=items,
        next=following(asked, items[-1].number, believed, believed, "lists") if more else None,
        known_at=believed,
    )


def targets(memory: Memory, settle: Settle, asked: ReachQuestion, number: str) -> ReachPage:
    """A page of the entries that can be reached, with the steps of their pathways."""
    return _page(pathways.targets, f"targets {number}", memory, settle, asked, number)


def origins(memory: Memory, settle: Settle, asked: ReachQuestion, number: str) -> ReachPage:
    """A page of the entries that can reach this one, with the steps of their pathways."""
    return _page(pathways.origins, f"origins {number}", memory, settle, asked, number)


def _page(
    reach: pathways.Reach, subject: str, memory: Memory, settle: Settle, asked: ReachQuestion, number: str
) -> ReachPage:
    place = begun(asked, subject)
    when = settle(place.at, place.known_at)
    rest = [item for item in reach(memory, when, number, asked.through_removed) if item.entry > place.after]
    items = rest[: asked.limit]
    more = len(rest) > len(items)
    return ReachPage(
        entry=number,
        items=items,
        next=following(asked, items[-1].entry, when.at, when.known_at, subject) if more else None,
        **when.stated,
    )
