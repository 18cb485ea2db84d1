"""The entries of the list in force, with their twins, declarations, held bases and manufacturers."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from service.domain.as_of import AsOf
from service.domain.clock import Instant
from service.domain.entry_filters import EntryFilters
from service.domain.facts import DeclarationKind, EntryContent, HeldCode
from service.domain.models import FrozenModel
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories.facts import EntryNumberRow, RecordedInstant


class ListedEntryRow(EntryContent):
    """An entry with its attributes in the list in force."""

    number: str


class DeclarationInForceRow(FrozenModel):
    """The declaration in force for an entry. `given`: its bases, with `;` between them."""

    entry: str
    kind: DeclarationKind
    given: str
    declared: Instant
    amendment: str
    valid_from: Instant
    valid_to: Instant


class TwinRow(FrozenModel):
    """An entry and one of its twins."""

    entry: str
    twin: str


class HeldBaseRow(FrozenModel):
    """A held base. `counterpart`: the entry of the target's device model with the same image, or blank."""

    base: str
    target: str
    code: HeldCode
    counterpart: str


class ManufacturerRow(FrozenModel):
    """An entry and its manufacturer."""

    entry: str
    manufacturer: str


SEARCH = Query("entry/search", ListedEntryRow)
DECLARATIONS = Query("entry/declarations", DeclarationInForceRow)
TWINS = Query("entry/twins", TwinRow)
HELD = Query("entry/held", HeldBaseRow)
IN_FORCE = Query("entry/in_force", EntryNumberRow)
FIRST_LISTED = Query("entry/first_listed", RecordedInstant)
MANUFACTURERS = Query("entry/manufacturers", ManufacturerRow)
EVER_KNOWN = Query("entry/ever_known", EntryNumberRow)


def search_listed_rows(
    graph: Runner, moment: AsOf, filters: EntryFilters, after: str, most: int
) -> list[ListedEntryRow]:
    """Up to `most` entries in force with numbers above `after` that pass the filters, in the order of numbers."""
    parameters = vars(filters) | {"words": filters.search_words, "certificates": filters.certificates}
    return graph.rows(SEARCH, **parameters, after=after, most=most, at=moment.at, known_at=moment.known_at)


def twins_of(graph: Runner, moment: AsOf, entries: Sequence[str]) -> dict[str, list[str]]:
    """The twins in force of each of these entries, in the order of numbers; an empty list for any other entry."""
    twins: dict[str, list[str]] = defaultdict(list)
    if entries:
        for row in graph.rows(TWINS, entries=entries, at=moment.at, known_at=moment.known_at):
            twins[row.entry].append(row.twin)
    return twins


def declarations_in_force(graph: Runner, moment: AsOf, entries: Sequence[str]) -> list[DeclarationInForceRow]:
    """The declarations in force for these entries."""
    return graph.rows(DECLARATIONS, entries=entries, at=moment.at, known_at=moment.known_at) if entries else []


def held_bases(graph: Runner, moment: AsOf, entries: Sequence[str]) -> list[HeldBaseRow]:
    """The held bases in force of these targets, with their counterparts."""
    return graph.rows(HELD, entries=entries, at=moment.at, known_at=moment.known_at) if entries else []


def entries_in_force(graph: Runner, moment: AsOf, entries: Sequence[str]) -> set[str]:
    """Those of these entries that the list in force has."""
    return {row.entry for row in graph.rows(IN_FORCE, entries=entries, at=moment.at, known_at=moment.known_at)}


def manufacturers_of(graph: Runner, moment: AsOf, entries: Collection[str]) -> dict[str, str]:
    """The manufacturer of each of these entries that the list in force has."""
    if not entries:
        return {}
    rows = graph.rows(MANUFACTURERS, entries=sorted(entries), at=moment.at, known_at=moment.known_at)
    return {row.entry: row.manufacturer for row in rows}


def ever_known(graph: Runner, entries: Iterable[str], known_at: datetime) -> set[str]:
    """Those of these entries that any list known at an instant has, whatever the list's date."""
    return {row.entry for row in graph.rows(EVER_KNOWN, entries=sorted(set(entries)), known_at=known_at)}


def first_listed(graph: Runner, number: str, known_at: datetime) -> Instant:
    """The instant from which an entry is listed, as known at an instant. The entry must be known then."""
    return graph.rows(FIRST_LISTED, entry=number, known_at=known_at)[0].instant
