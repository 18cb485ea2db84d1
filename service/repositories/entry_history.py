"""What an entry was: every row ever recorded of it, as far as was known at an instant."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from service.domain import as_of
from service.domain.clock import END, Clock, Instant
from service.domain.facts import Band, DeclarationKind, HeldCode, split_bases
from service.errors import EntryNotFound
from service.graph.protocol import Runner
from service.graph.query import Query
from service.repositories import compartments, list_versions
from service.repositories.device_models import ever_known
from service.repositories.entries import to_listed_attributes
from service.rules.facts.entry_history import changed_attributes, history_position
from service.schemas.responses.entry_history import (
    AcceptanceItem,
    AcceptedBase,
    AmendmentReference,
    AwaitingBase,
    BandItem,
    BelievedRow,
    DeclarationItem,
    DeclaredPath,
    HeldItem,
    HistoryItem,
    RevisionItem,
    RevisionRow,
)


class AmendmentRow(BaseModel):
    """The amendment that a row is of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    amendment: str
    reason: str
    source: str
    recorded: Instant

    @property
    def amendment_reference(self) -> AmendmentReference:
        """The amendment, as it is told."""
        return AmendmentReference(id=self.amendment, reason=self.reason, source=self.source, recorded=self.recorded)


class DeclarationHistoryRow(BelievedRow, AmendmentRow):
    """What was declared for the entry."""

    kind: DeclarationKind
    given: str
    declared: Instant


class AcceptanceHistoryRow(BelievedRow, AmendmentRow):
    """A base that was accepted by name."""

    base: str
    base_model: str
    target_model: str


class BandHistoryRow(BelievedRow, AmendmentRow):
    """The band that was told of the entry."""

    band: Band


class HeldHistoryRow(BelievedRow):
    """A base that was held."""

    base: str
    code: HeldCode
    declaration: str


REVISIONS = Query("history/revisions", RevisionRow)
DECLARATIONS = Query("history/declarations", DeclarationHistoryRow)
ACCEPTANCES = Query("history/acceptances", AcceptanceHistoryRow)
HELD = Query("history/held", HeldHistoryRow)
BANDS = Query("history/bands", BandHistoryRow)

KeyedItem = tuple[str, HistoryItem]


def history_instant(graph: Runner, clock: Clock, at: datetime | None, known_at: datetime | None) -> datetime:
    """The recorded instant up to which a history is told.

    Raises BeforeFirstRecord, BeforeFirstList or KnownAtInFuture, as any question; without `at` no list need hold yet.
    """
    last = as_of.resolve_known_at(clock(), compartments.read_state(graph).recorded, known_at)
    as_of.list_in_force(list_versions.known_list_versions(graph, last), at or END, last)
    return last


def fetch_history(graph: Runner, entry: str, at: datetime | None, known_at: datetime) -> list[KeyedItem]:
    """All rows of an entry that hold at an instant, or at any, in the order of their places.

    Raises EntryNotFound for a number that no list known then has.
    """
    if not ever_known(graph, {entry}, known_at):
        raise EntryNotFound(f"No list known at that time has entry {entry}.", entry=entry)
    kinds = (_revisions, _declarations, _acceptances, _held, _bands)
    told = [one for rows in kinds for one in rows(graph, entry, known_at)]
    there = (item for row, item in told if at is None or row.span.contains(at))
    return sorted(there, key=lambda item: item[0])


KeyedRows = Iterator[tuple[BelievedRow, KeyedItem]]


def _revisions(graph: Runner, entry: str, known_at: datetime) -> KeyedRows:
    rows = graph.rows(REVISIONS, entry=entry, known_at=known_at)
    for row in rows:
        item = RevisionItem(
            list_version=row.list_version,
            entry=to_listed_attributes(entry, row),
            changed=changed_attributes(row, rows),
            **_stretch(row, known_at),
        )
        yield row, (history_position("revision", row, row.id), item)


def _declarations(graph: Runner, entry: str, known_at: datetime) -> KeyedRows:
    for row in graph.rows(DECLARATIONS, entry=entry, known_at=known_at):
        bases = list(split_bases(row.given))
        said = DeclaredPath(id=row.id, kind=row.kind, bases=bases, declared=row.declared)
        item = DeclarationItem(declaration=said, amendment=row.amendment_reference, **_stretch(row, known_at))
        yield row, (history_position("declaration", row, row.id), item)


def _acceptances(graph: Runner, entry: str, known_at: datetime) -> KeyedRows:
    for row in graph.rows(ACCEPTANCES, entry=entry, known_at=known_at):
        said = AcceptedBase(base=row.base, base_device_model=row.base_model, target_device_model=row.target_model)
        item = AcceptanceItem(acceptance=said, amendment=row.amendment_reference, **_stretch(row, known_at))
        yield row, (history_position("acceptance", row, row.id), item)


def _held(graph: Runner, entry: str, known_at: datetime) -> KeyedRows:
    for row in graph.rows(HELD, entry=entry, known_at=known_at):
        said = AwaitingBase(base=row.base, code=row.code, declaration=row.declaration)
        yield row, (history_position("held", row, row.base), HeldItem(held=said, **_stretch(row, known_at)))


def _bands(graph: Runner, entry: str, known_at: datetime) -> KeyedRows:
    for row in graph.rows(BANDS, entry=entry, known_at=known_at):
        item = BandItem(declared_band=row.band, amendment=row.amendment_reference, **_stretch(row, known_at))
        yield row, (history_position("band", row, row.id), item)


def _stretch(row: BelievedRow, known_at: datetime) -> dict[str, Any]:
    """Both intervals as they are told: that a row is believed no longer was not known before it was recorded."""
    return {
        "valid_from": row.span.since,
        "valid_to": row.span.until,
        "recorded_from": row.recorded_from,
        "recorded_to": row.recorded_to if row.recorded_to <= known_at else None,
    }
