"""Entries: searched, and shown with their twins and declarations."""

from collections import defaultdict
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from service.domain.as_of import AsOf
from service.domain.clock import BEGINNING, Instant
from service.domain.entry_filters import EntryFilters
from service.domain.facts import Band, DeclarationKind, EntryContent, HeldCode, split_bases
from service.errors import EntryNotFound
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories import bands
from service.repositories.device_models import ever_known
from service.repositories.facts import EntryNumberRow, RecordedInstant, declared_facts
from service.rules.facts.descriptor import parse_band
from service.rules.facts.revert import declaration_tag
from service.schemas.responses.entries import (
    Certificate,
    CpaCertificate,
    DeclarationInForce,
    Entry,
    EntryAnswer,
    HeldBase,
    ListedAttributes,
    ListedEntry,
    ListedEntryAnswer,
    ListedImage,
    NotYetListed,
)


class ListedRow(EntryContent):
    """An entry as the list in force has it."""

    number: str


class DeclarationInForceRow(BaseModel):
    """The declaration in force for an entry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str
    kind: DeclarationKind
    given: str
    declared: Instant
    amendment: str
    valid_from: Instant
    valid_to: Instant


class TwinRow(BaseModel):
    """An entry and one of its twins."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entry: str
    twin: str


class HeldBaseRow(BaseModel):
    """A held base, with its counterpart or blank."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: str
    target: str
    code: HeldCode
    counterpart: str


SEARCH = Query("entry/search", ListedRow)
DECLARATIONS = Query("entry/declarations", DeclarationInForceRow)
TWINS = Query("entry/twins", TwinRow)
HELD = Query("entry/held", HeldBaseRow)
IN_FORCE = Query("entry/in_force", EntryNumberRow)
FIRST_LISTED = Query("entry/first_listed", RecordedInstant)


def search_entries(graph: Runner, moment: AsOf, filters: EntryFilters, after: str, most: int) -> list[Entry]:
    """Up to `most` entries after a number, in the order of numbers."""
    return _shown(graph, moment, _found(graph, moment, filters, after, most))


def search_listed_entries(
    graph: Runner, moment: AsOf, filters: EntryFilters, after: str, most: int
) -> list[ListedEntry]:
    """The same, of what the list says alone: nothing is asked of declarations, so not even the time tells of them."""
    rows = _found(graph, moment, filters, after, most)
    twins = _twins(graph, moment, [row.number for row in rows])
    return [ListedEntry(twins=twins[row.number], **vars(to_listed_attributes(row.number, row))) for row in rows]


def get_entry(graph: Runner, moment: AsOf, number: str) -> EntryAnswer | NotYetListed:
    """An entry, or from when on it will be listed. Raises EntryNotFound for a number no list known then has."""
    found = search_entries(graph, moment, EntryFilters(number=number), "", 1)
    if not found:
        return _later(graph, moment, number)
    named = declaration_tag(declared_facts(graph, {number}, moment.known_at), number)
    return EntryAnswer.model_validate(dict(found[0]) | {"declaration_tag": named} | moment.response_fields)


def get_listed_entry(graph: Runner, moment: AsOf, number: str) -> ListedEntryAnswer | NotYetListed:
    """The same, of what the list says alone."""
    found = search_listed_entries(graph, moment, EntryFilters(number=number), "", 1)
    return (
        ListedEntryAnswer.model_validate(dict(found[0]) | moment.response_fields)
        if found
        else _later(graph, moment, number)
    )


def _later(graph: Runner, moment: AsOf, number: str) -> NotYetListed:
    if not ever_known(graph, {number}, moment.known_at):
        raise EntryNotFound(f"No list known at that time has entry {number}.", entry=number)
    first = graph.rows(FIRST_LISTED, entry=number, known_at=moment.known_at)[0]
    return NotYetListed.model_validate({"number": number, "first_listed": first.instant} | moment.response_fields)


def _found(graph: Runner, moment: AsOf, filters: EntryFilters, after: str, most: int) -> list[ListedRow]:
    given = vars(filters) | {"words": filters.search_words, "certificates": filters.certificates}
    return graph.rows(SEARCH, **given, after=after, most=most, at=moment.at, known_at=moment.known_at)


def _twins(graph: Runner, moment: AsOf, entries: list[str]) -> dict[str, list[str]]:
    twins: dict[str, list[str]] = defaultdict(list)
    if entries:
        for twin in graph.rows(TWINS, entries=entries, at=moment.at, known_at=moment.known_at):
            twins[twin.entry].append(twin.twin)
    return twins


def _shown(graph: Runner, moment: AsOf, rows: Sequence[ListedRow]) -> list[Entry]:
    entries = [row.number for row in rows]
    if not entries:
        return []
    twins = _twins(graph, moment, entries)
    declared = _declared(graph, moment, entries)
    told = bands.bands_of_entries(graph, entries, at=moment.at, known_at=moment.known_at)
    return [
        _entry(row, twins[row.number], told.get(row.number), declared.get(row.number, _NOT_SUPPLIED)) for row in rows
    ]


_NOT_SUPPLIED = DeclarationInForce(
    kind="not-supplied", bases=[], held=[], pending=[], effective_from=None, declared=None, amendment=None
)


def _declared(graph: Runner, moment: AsOf, entries: list[str]) -> dict[str, DeclarationInForce]:
    instants = {"at": moment.at, "known_at": moment.known_at}
    rows = graph.rows(DECLARATIONS, entries=entries, **instants)
    held: dict[str, list[HeldBase]] = defaultdict(list)
    for row in graph.rows(HELD, entries=entries, **instants):
        held[row.target].append(HeldBase(base=row.base, code=row.code, counterpart=row.counterpart or None))
    named = sorted({base for row in rows for base in split_bases(row.given)})
    there = {row.entry for row in graph.rows(IN_FORCE, entries=named, **instants)}
    return {row.entry: _declaration(row, held[row.entry], there) for row in rows}


def _declaration(row: DeclarationInForceRow, held: list[HeldBase], there: set[str]) -> DeclarationInForce:
    bases = split_bases(row.given)
    return DeclarationInForce(
        kind=row.kind,
        bases=list(bases),
        held=held,
        pending=[base for base in bases if base not in there],
        effective_from=row.valid_from if row.valid_from > BEGINNING else None,
        declared=row.declared,
        amendment=row.amendment,
    )


def _entry(row: ListedRow, twins: list[str], told: Band | None, declared: DeclarationInForce) -> Entry:
    return Entry(twins=twins, declared_band=told, declaration=declared, **vars(to_listed_attributes(row.number, row)))


def to_listed_attributes(number: str, said: EntryContent) -> ListedAttributes:
    """What a list says of an entry, as it is shown."""
    kinds: dict[str, str] = {"[E]": "expiry", "[R]": "review"}
    return ListedAttributes.model_validate(
        {
            "number": number,
            "status": said.status,
            "device_type": said.device_type,
            "manufacturer": said.manufacturer,
            "model": said.model,
            "hardware_version": said.hardware_version,
            "hardware_revision": said.hardware_revision,
            "device_model": said.device_model[-8:],
            "firmware_version": said.firmware_version,
            "smets_chts_version": said.smets_chts_version or None,
            "gbcs_version": said.gbcs_version or None,
            "cpa": CpaCertificate.model_validate(
                {
                    "number": said.cpa_number or None,
                    "kind": kinds.get(said.cpa_number[:3]),
                    "security_characteristics": said.cpa_characteristics or None,
                    "date": said.cpa_date or None,
                }
            ),
            "dlms": Certificate(number=said.dlms_number or None, version=said.dlms_version or None),
            "zse": Certificate(number=said.zse_number or None, version=said.zse_version or None),
            "image": ListedImage(
                creator=said.image_creator or None,
                hash=said.image_hash or None,
                descriptor=said.image_descriptor or None,
            ),
            "band": parse_band(said.image_descriptor),
        }
    )
