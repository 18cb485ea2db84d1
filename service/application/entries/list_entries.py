"""The list alone, for callers who may not see what is declared: what they may not see is not even asked."""

from service.application.entries import entries
from service.application.pathways.answers import ResolveAsOf
from service.graph.protocol import Runner
from service.schemas.cursor import next_cursor, read_cursor
from service.schemas.requests.queries import AsOfQuestion, SearchQuestion
from service.schemas.responses.entries import ListedEntryAnswer, ListedEntryPage, NotYetListed


def search_listed_entries(graph: Runner, settle: ResolveAsOf, asked: SearchQuestion) -> ListedEntryPage:
    """A page of the entries that pass the filters, in the order of their numbers."""
    place = read_cursor(asked)
    when = settle(place.at, place.known_at)
    found = entries.search_listed_entries(graph, when, asked.filters, place.after, asked.limit + 1)
    items = found[: asked.limit]
    more = len(found) > len(items)
    return ListedEntryPage(
        items=items,
        next=next_cursor(asked, items[-1].number, when.at, when.known_at) if more else None,
        **when.response_fields,
    )


def get_listed_entry(
    graph: Runner, settle: ResolveAsOf, asked: AsOfQuestion, number: str
) -> ListedEntryAnswer | NotYetListed:
    """One entry with its twins; or from when on it will be listed."""
    return entries.get_listed_entry(graph, settle(asked.at, asked.known_at), number)
