"""Entries as of both clocks: with their declarations, or as listed alone for callers who may not see declarations.

For the latter the graph is not queried for declarations at all.
"""

from service.application.paging import cut_page, start_page
from service.domain.as_of import ResolveAsOf
from service.graph.protocol import Runner
from service.repositories import entries
from service.schemas.requests.queries import AsOfQuestion, SearchQuestion
from service.schemas.responses.entries import (
    EntryAnswer,
    EntryPage,
    ListedEntryAnswer,
    ListedEntryPage,
    NotYetListed,
)


def search_entries(graph: Runner, resolve_as_of: ResolveAsOf, question: SearchQuestion) -> EntryPage:
    """A page of the entries that pass the filters, in the order of their numbers."""
    after, as_of = start_page(question, resolve_as_of)
    rows = entries.search_entries(graph, as_of, question.filters, after, question.limit + 1)
    page = cut_page(question, rows, lambda entry: entry.number, as_of.at, as_of.known_at)
    return EntryPage(items=page.items, next=page.next, **as_of.response_fields)


def search_listed_entries(graph: Runner, resolve_as_of: ResolveAsOf, question: SearchQuestion) -> ListedEntryPage:
    """Like `search_entries`, without declarations."""
    after, as_of = start_page(question, resolve_as_of)
    rows = entries.search_listed_entries(graph, as_of, question.filters, after, question.limit + 1)
    page = cut_page(question, rows, lambda entry: entry.number, as_of.at, as_of.known_at)
    return ListedEntryPage(items=page.items, next=page.next, **as_of.response_fields)


def get_entry(
    graph: Runner, resolve_as_of: ResolveAsOf, question: AsOfQuestion, number: str
) -> EntryAnswer | NotYetListed:
    """One entry with its declaration, twins and held bases; NotYetListed before its first list takes effect."""
    return entries.get_entry(graph, resolve_as_of(question.at, question.known_at), number)


def get_listed_entry(
    graph: Runner, resolve_as_of: ResolveAsOf, question: AsOfQuestion, number: str
) -> ListedEntryAnswer | NotYetListed:
    """One entry with its twins, without its declaration; NotYetListed before its first list takes effect."""
    return entries.get_listed_entry(graph, resolve_as_of(question.at, question.known_at), number)
