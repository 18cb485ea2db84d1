"""Fetches entries as of an instant, with declarations only for the callers who may see them.

For all other callers no query reads a declaration.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from service.application.paging import PageItems, cut_page, start_page
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.clock import BEGINNING
from service.domain.entry_filters import EntryFilters
from service.domain.facts import split_bases
from service.errors import EntryNotFound
from service.graph.protocol import QueryRunner
from service.repositories import bands, entries, entry_search
from service.repositories.entries import DeclarationInForceRow, ListedEntryRow
from service.repositories.facts import declared_facts
from service.repositories.manufacturers import names_in_force
from service.rules.facts.listed_attributes import to_listed_attributes
from service.rules.facts.revert import declaration_tag
from service.rules.facts.search_matches import matched_attributes
from service.schemas.requests.filters import EntrySearchQuestion
from service.schemas.requests.queries import AsOfQuestion
from service.schemas.responses.entries import (
    DeclarationInForce,
    Entry,
    EntryAnswer,
    EntryPage,
    FoundEntry,
    FoundListedEntry,
    HeldBase,
    ListedEntry,
    ListedEntryAnswer,
    ListedEntryPage,
    NotYetListed,
)

T = TypeVar("T", bound=ListedEntry)

_NOT_SUPPLIED = DeclarationInForce(
    kind="not-supplied", bases=[], held=[], pending=[], effective_from=None, declared=None, amendment=None
)


def search_entries(graph: QueryRunner, resolve_as_of: ResolveAsOf, question: EntrySearchQuestion) -> EntryPage:
    """Returns a page of the entries that pass the filters, with their declarations: the best matches first, else in the
    order of their numbers.
    """
    page, as_of, names = _search(graph, resolve_as_of, question)
    found = _with_declarations(graph, as_of, [entry.row for entry in page.items])
    items = [FoundEntry(**vars(entry), **match) for entry, match in _matches(question, page, names, found)]
    return EntryPage(items=items, next=page.next, **as_of.response_fields)


def search_listed_entries(
    graph: QueryRunner, resolve_as_of: ResolveAsOf, question: EntrySearchQuestion
) -> ListedEntryPage:
    """Returns a page of the entries that pass the filters, without declarations: the best matches first, else in the
    order of their numbers.
    """
    page, as_of, names = _search(graph, resolve_as_of, question)
    found = _with_twins(graph, as_of, [entry.row for entry in page.items])
    items = [FoundListedEntry(**vars(entry), **match) for entry, match in _matches(question, page, names, found)]
    return ListedEntryPage(items=items, next=page.next, **as_of.response_fields)


def _search(
    graph: QueryRunner, resolve_as_of: ResolveAsOf, question: EntrySearchQuestion
) -> tuple[PageItems[entry_search.FoundEntry], AsOf, dict[str, str]]:
    """Returns a page of the rows that a search finds, the instants that all its pages share, and the names of
    manufacturers by their codes.
    """
    after, as_of = start_page(question, resolve_as_of)
    names = names_in_force(graph, as_of)
    found = entry_search.search_listed_entries(graph, as_of, question.filters, after, question.limit + 1, names)
    return cut_page(question, found, lambda entry: entry.position, as_of.at, as_of.known_at), as_of, names


def _matches(
    question: EntrySearchQuestion,
    page: PageItems[entry_search.FoundEntry],
    names: Mapping[str, str],
    found: Iterable[T],
) -> Iterator[tuple[T, dict[str, Any]]]:
    """Yields each entry found, with the name of its manufacturer and the attributes in which the words stand."""
    words = question.filters.words
    for row, entry in zip((item.row for item in page.items), found, strict=True):
        name = names.get(row.manufacturer)
        yield entry, {"manufacturer_name": name, "matched": matched_attributes(row.number, row, name, words)}


def get_entry(
    graph: QueryRunner, resolve_as_of: ResolveAsOf, question: AsOfQuestion, number: str
) -> EntryAnswer | NotYetListed:
    """Returns an entry with its declaration, its twins (entries with the same image) and its declared bases that need
    acceptance.

    Returns NotYetListed if the first list with this entry takes effect later. Raises EntryNotFound.
    """
    as_of = resolve_as_of(question.at, question.known_at)
    matches = fetch_entries(graph, as_of, EntryFilters(number=number), "", 1)
    if not matches:
        return _not_yet_listed(graph, as_of, number)
    tag = declaration_tag(declared_facts(graph, {number}, as_of.known_at), number)
    fields = {"declaration_tag": tag, "manufacturer_name": names_in_force(graph, as_of).get(matches[0].manufacturer)}
    return EntryAnswer.model_validate(dict(matches[0]) | fields | as_of.response_fields)


def get_listed_entry(
    graph: QueryRunner, resolve_as_of: ResolveAsOf, question: AsOfQuestion, number: str
) -> ListedEntryAnswer | NotYetListed:
    """Returns an entry with its twins (entries with the same image), without its declaration.

    Returns NotYetListed if the first list with this entry takes effect later. Raises EntryNotFound.
    """
    as_of = resolve_as_of(question.at, question.known_at)
    matches = fetch_listed_entries(graph, as_of, EntryFilters(number=number), "", 1)
    if not matches:
        return _not_yet_listed(graph, as_of, number)
    name = names_in_force(graph, as_of).get(matches[0].manufacturer)
    return ListedEntryAnswer.model_validate(dict(matches[0]) | {"manufacturer_name": name} | as_of.response_fields)


def fetch_entries(graph: QueryRunner, as_of: AsOf, filters: EntryFilters, after: str, most: int) -> list[Entry]:
    """Fetches up to `most` entries in force that pass the filters, from the position `after` on, with their
    declarations.
    """
    found = entry_search.search_listed_entries(graph, as_of, filters, after, most)
    return _with_declarations(graph, as_of, [entry.row for entry in found])


def fetch_listed_entries(
    graph: QueryRunner, as_of: AsOf, filters: EntryFilters, after: str, most: int
) -> list[ListedEntry]:
    """Fetches up to `most` entries in force that pass the filters, from the position `after` on: list attributes and
    twins (entries with the same image).

    It reads no declaration, so that not even the response time reveals whether an entry has one.
    """
    found = entry_search.search_listed_entries(graph, as_of, filters, after, most)
    return _with_twins(graph, as_of, [entry.row for entry in found])


def _with_declarations(graph: QueryRunner, as_of: AsOf, rows: Sequence[ListedEntryRow]) -> list[Entry]:
    numbers = [row.number for row in rows]
    if not numbers:
        return []
    twins = entries.twins_of(graph, as_of, rows)
    declarations = _declarations(graph, as_of, numbers)
    declared_bands = bands.bands_of_entries(graph, numbers, at=as_of.at, known_at=as_of.known_at)
    return [
        Entry(
            twins=twins[row.number],
            declared_band=declared_bands.get(row.number),
            declaration=declarations.get(row.number, _NOT_SUPPLIED),
            **vars(to_listed_attributes(row.number, row)),
        )
        for row in rows
    ]


def _with_twins(graph: QueryRunner, as_of: AsOf, rows: Sequence[ListedEntryRow]) -> list[ListedEntry]:
    twins = entries.twins_of(graph, as_of, rows)
    return [ListedEntry(twins=twins[row.number], **vars(to_listed_attributes(row.number, row))) for row in rows]


def _not_yet_listed(graph: QueryRunner, as_of: AsOf, number: str) -> NotYetListed:
    if not entries.ever_known(graph, {number}, as_of.known_at):
        raise EntryNotFound(f"No list known at that time has entry {number}.", entry=number)
    first = entries.first_listed(graph, number, as_of.known_at)
    return NotYetListed.model_validate({"number": number, "first_listed": first} | as_of.response_fields)


def _declarations(graph: QueryRunner, as_of: AsOf, numbers: list[str]) -> dict[str, DeclarationInForce]:
    rows = entries.declarations_in_force(graph, as_of, numbers)
    held: dict[str, list[HeldBase]] = defaultdict(list)
    for row in entries.held_bases(graph, as_of, numbers):
        held[row.target].append(HeldBase(base=row.base, code=row.code, counterpart=row.counterpart or None))
    named = sorted({base for row in rows for base in split_bases(row.given)})
    in_force = entries.entries_in_force(graph, as_of, named)
    return {row.entry: _declaration(row, held[row.entry], in_force) for row in rows}


def _declaration(row: DeclarationInForceRow, held: list[HeldBase], in_force: set[str]) -> DeclarationInForce:
    """Builds the response for a declaration. `in_force` has the declared bases that are on the list in force; the
    others are pending.
    """
    bases = split_bases(row.given)
    return DeclarationInForce(
        kind=row.kind,
        bases=list(bases),
        held=held,
        pending=[base for base in bases if base not in in_force],
        effective_from=row.valid_from if row.valid_from > BEGINNING else None,
        declared=row.declared,
        amendment=row.amendment,
    )
