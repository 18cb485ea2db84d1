"""Entries as of both clocks, with their twins and, for callers who may see these, their declarations and bands."""

from collections import defaultdict

from service.domain.as_of import AsOf
from service.domain.clock import BEGINNING
from service.domain.entry_filters import EntryFilters
from service.domain.facts import split_bases
from service.errors import EntryNotFound
from service.graph.protocol import Runner
from service.repositories import bands, entries
from service.repositories.entries import DeclarationInForceRow
from service.repositories.facts import declared_facts
from service.rules.facts.listed_attributes import to_listed_attributes
from service.rules.facts.revert import declaration_tag
from service.schemas.responses.entries import (
    DeclarationInForce,
    Entry,
    EntryAnswer,
    HeldBase,
    ListedEntry,
    ListedEntryAnswer,
    NotYetListed,
)

_NOT_SUPPLIED = DeclarationInForce(
    kind="not-supplied", bases=[], held=[], pending=[], effective_from=None, declared=None, amendment=None
)


def search_entries(graph: Runner, moment: AsOf, filters: EntryFilters, after: str, most: int) -> list[Entry]:
    """Up to `most` entries in force with numbers above `after` that pass the filters, in the order of numbers."""
    rows = entries.search_listed_rows(graph, moment, filters, after, most)
    numbers = [row.number for row in rows]
    if not numbers:
        return []
    twins = entries.twins_of(graph, moment, numbers)
    declarations = _declarations(graph, moment, numbers)
    declared_bands = bands.bands_of_entries(graph, numbers, at=moment.at, known_at=moment.known_at)
    return [
        Entry(
            twins=twins[row.number],
            declared_band=declared_bands.get(row.number),
            declaration=declarations.get(row.number, _NOT_SUPPLIED),
            **vars(to_listed_attributes(row.number, row)),
        )
        for row in rows
    ]


def search_listed_entries(
    graph: Runner, moment: AsOf, filters: EntryFilters, after: str, most: int
) -> list[ListedEntry]:
    """Like `search_entries`, but with the attributes of the list alone.

    No declaration is fetched, so that the response time discloses nothing of them either.
    """
    rows = entries.search_listed_rows(graph, moment, filters, after, most)
    twins = entries.twins_of(graph, moment, [row.number for row in rows])
    return [ListedEntry(twins=twins[row.number], **vars(to_listed_attributes(row.number, row))) for row in rows]


def get_entry(graph: Runner, moment: AsOf, number: str) -> EntryAnswer | NotYetListed:
    """The entry in force, or the instant from which it is listed.

    Raises EntryNotFound for a number that is in no known list.
    """
    matches = search_entries(graph, moment, EntryFilters(number=number), "", 1)
    if not matches:
        return _not_yet_listed(graph, moment, number)
    tag = declaration_tag(declared_facts(graph, {number}, moment.known_at), number)
    return EntryAnswer.model_validate(dict(matches[0]) | {"declaration_tag": tag} | moment.response_fields)


def get_listed_entry(graph: Runner, moment: AsOf, number: str) -> ListedEntryAnswer | NotYetListed:
    """Like `get_entry`, but with the attributes of the list alone."""
    matches = search_listed_entries(graph, moment, EntryFilters(number=number), "", 1)
    if not matches:
        return _not_yet_listed(graph, moment, number)
    return ListedEntryAnswer.model_validate(dict(matches[0]) | moment.response_fields)


def _not_yet_listed(graph: Runner, moment: AsOf, number: str) -> NotYetListed:
    if not entries.ever_known(graph, {number}, moment.known_at):
        raise EntryNotFound(f"No list known at that time has entry {number}.", entry=number)
    first = entries.first_listed(graph, number, moment.known_at)
    return NotYetListed.model_validate({"number": number, "first_listed": first} | moment.response_fields)


def _declarations(graph: Runner, moment: AsOf, numbers: list[str]) -> dict[str, DeclarationInForce]:
    rows = entries.declarations_in_force(graph, moment, numbers)
    held: dict[str, list[HeldBase]] = defaultdict(list)
    for row in entries.held_bases(graph, moment, numbers):
        held[row.target].append(HeldBase(base=row.base, code=row.code, counterpart=row.counterpart or None))
    named = sorted({base for row in rows for base in split_bases(row.given)})
    in_force = entries.entries_in_force(graph, moment, named)
    return {row.entry: _declaration(row, held[row.entry], in_force) for row in rows}


def _declaration(row: DeclarationInForceRow, held: list[HeldBase], in_force: set[str]) -> DeclarationInForce:
    """`in_force`: the declared bases that the list in force has; the others are pending."""
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
