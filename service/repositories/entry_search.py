"""Searches the list in force for entries."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from service.domain.as_of import AsOf
from service.domain.entry_filters import NO_CODES, EntryFilters
from service.domain.frozen_model import FrozenModel
from service.graph.protocol import QueryRunner
from service.graph.query import Query
from service.repositories.entries import ListedEntryRow


class RevisionIdRow(FrozenModel):
    """A query row with the id of a revision (the attributes of an entry over an interval of both times), and the rank
    of its entry among the results of a search for words, or a blank.
    """

    id: str
    rank: str


class FoundEntry(NamedTuple):
    """An entry that a search found, and its position: its rank, if the search is for words, and its number."""

    row: ListedEntryRow
    position: str


NO_NAMES: Mapping[str, str] = MappingProxyType({})

SEARCH = Query("entry/search", RevisionIdRow)
SEARCH_WORDS = Query("entry/search_words", RevisionIdRow)
SEARCH_WORDS_NAMED = Query("entry/search_words_named", RevisionIdRow)
SEARCH_WORDS_AND_FILTERS = Query("entry/search_words_and_filters", RevisionIdRow)
SEARCH_NUMBER = Query("entry/search_number", RevisionIdRow)
REVISIONS = Query("entry/revisions", ListedEntryRow)


def search_listed_entries(
    graph: QueryRunner, moment: AsOf, filters: EntryFilters, after: str, most: int, names: Mapping[str, str] = NO_NAMES
) -> list[FoundEntry]:
    """Fetches up to `most` entries in force that pass the filters, with positions above `after`, ordered by position:
    by number, and where the filters have words, the best matches first.

    A word may also stand in the name of the entry's manufacturer. `names` has the names by manufacturer code.
    """
    codes = filters.codes_named(names)
    found = _revision_ids(graph, moment, filters, codes, after, most)
    rows = {row.number: row for row in graph.rows(REVISIONS, ids=[row.id for row in found])} if found else {}
    return [FoundEntry(rows[row.id[:6]], f"{row.rank}{row.id[:6]}") for row in found]


def _revision_ids(
    graph: QueryRunner, moment: AsOf, filters: EntryFilters, codes: Mapping[str, str], after: str, most: int
) -> list[RevisionIdRow]:
    """Fetches the ids of the revisions in force that pass the filters, by the statement that costs least."""
    instants = {"at": moment.at, "known_at": moment.known_at}
    if filters.is_number_only:
        return graph.rows(SEARCH_NUMBER, number=filters.number, **instants) if filters.number > after else []
    first, end = f"{after}/", "~"  # an id is a number, a full stop and more: `/` sorts behind all ids of the number
    words, attributes = filters.word_parameters, filters.attributes
    if filters.words and not filters.is_words_only:
        return graph.rows(SEARCH_WORDS_AND_FILTERS, **attributes, **words, **codes, after=first, most=most, **instants)
    if filters.words and set(codes.values()) != {NO_CODES}:
        return graph.rows(SEARCH_WORDS_NAMED, **words, **codes, after=first, most=most, **instants)
    if filters.words:
        return graph.rows(SEARCH_WORDS, **words, after=first, most=most, **instants)
    if number := attributes.pop("number"):
        first, end = max(first, f"{number}."), f"{number}/"
    return graph.rows(SEARCH, **attributes, after=first, until=end, most=most, **instants)
