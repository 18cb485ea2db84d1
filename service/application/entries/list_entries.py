"""The list alone, for callers who may not see what is declared: what they may not see is not even asked."""

from service.application.pathways.answers import Settle
from service.graph.protocol import Runner
from service.repositories import entries
from service.schemas.cursor import begun, following
from service.schemas.requests.queries import AsOf, SearchQuestion
from service.schemas.responses.entries import ListedAnswer, ListedPage, NotYetListed


def search(graph: Runner, settle: Settle, asked: SearchQuestion) -> ListedPage:
    """A page of the entries that pass the filters, in the order of their numbers."""
    place = begun(asked)
    when = settle(place.at, place.known_at)
    found = entries.search_list(graph, when, asked.filters, place.after, asked.limit + 1)
    items = found[: asked.limit]
    more = len(found) > len(items)
    return ListedPage(
        items=items,
        next=following(asked, items[-1].number, when.at, when.known_at) if more else None,
        **when.stated,
    )


def entry(graph: Runner, settle: Settle, asked: AsOf, number: str) -> ListedAnswer | NotYetListed:
    """One entry with its twins; or from when on it will be listed."""
    return entries.one_of_list(graph, settle(asked.at, asked.known_at), number)
