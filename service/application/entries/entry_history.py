"""Fetches the history of an entry in pages: all facts that the service recorded about it up to an instant."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from service.application.paging import cut_page, read_cursor
from service.domain.as_of import list_in_force, resolve_known_at
from service.domain.clock import END, Clock
from service.domain.facts import split_bases
from service.errors import EntryNotFound
from service.graph.protocol import QueryRunner
from service.repositories import compartments, entry_history
from service.repositories.entries import ever_known
from service.repositories.list_versions import known_list_versions
from service.rules.facts.entry_history import changed_attributes, history_position
from service.rules.facts.listed_attributes import to_listed_attributes
from service.rules.records.amendment_details import confirmed_base
from service.schemas.requests.queries import PagedAsOfQuestion
from service.schemas.responses.entry_history import (
    AcceptanceItem,
    AcceptedBase,
    BandItem,
    BaseAwaitingAcceptance,
    ConfirmationItem,
    ConfirmedBase,
    DeclarationItem,
    DeclaredPath,
    HeldItem,
    HistoryItem,
    HistoryPage,
    RecordedFactRow,
    RevisionItem,
)

KeyedItem = tuple[str, HistoryItem]
"""An item of the history with its sort key, which cursors contain."""

_KeyedRows = Iterator[tuple[RecordedFactRow, KeyedItem]]


def get_entry_history(graph: QueryRunner, clock: Clock, question: PagedAsOfQuestion, number: str) -> HistoryPage:
    """Returns a page of all facts ever recorded about an entry, or with `at` of those facts that hold at that instant.

    A history without `at` covers all time. The page therefore shows the `at` of the question, not that of the cursor.
    """
    subject = f"history {number}"
    start = read_cursor(question, subject)
    known_at = history_instant(graph, clock, question.at, start.known_at)
    rows = [row for row in fetch_history(graph, number, question.at, known_at) if row[0] > start.after]
    page = cut_page(question, rows, lambda row: row[0], known_at, known_at, subject)
    return HistoryPage(
        entry=number, items=[item for _, item in page.items], next=page.next, at=question.at, known_at=known_at
    )


def history_instant(graph: QueryRunner, clock: Clock, at: datetime | None, known_at: datetime | None) -> datetime:
    """Returns the instant up to which recorded facts belong to a history.

    Raises BeforeFirstRecord, BeforeFirstList or KnownAtInFuture, as every question does; without `at` a list that is
    loaded but takes effect later suffices.
    """
    believed_at = resolve_known_at(clock(), compartments.read_state(graph).recorded, known_at)
    list_in_force(known_list_versions(graph, believed_at), at or END, believed_at)
    return believed_at


def fetch_history(graph: QueryRunner, entry: str, at: datetime | None, known_at: datetime) -> list[KeyedItem]:
    """Fetches all facts that the service recorded about an entry by `known_at`, or those of them that hold at the
    instant `at`, sorted.

    Raises EntryNotFound for a number that is on no list recorded by `known_at`.
    """
    if not ever_known(graph, {entry}, known_at):
        raise EntryNotFound(f"No list known at that time has entry {entry}.", entry=entry)
    kinds = (_revisions, _declarations, _acceptances, _held, _bands, _confirmations)
    keyed = (row_and_item for rows in kinds for row_and_item in rows(graph, entry, known_at))
    return sorted((item for row, item in keyed if at is None or row.span.contains(at)), key=lambda item: item[0])


def _revisions(graph: QueryRunner, entry: str, known_at: datetime) -> _KeyedRows:
    rows = entry_history.revision_history(graph, entry, known_at)
    for row in rows:
        item = RevisionItem(
            list_version=row.list_version,
            entry=to_listed_attributes(entry, row),
            changed=changed_attributes(row, rows),
            **_intervals(row, known_at),
        )
        yield row, (history_position("revision", row, row.id), item)


def _declarations(graph: QueryRunner, entry: str, known_at: datetime) -> _KeyedRows:
    for row in entry_history.declaration_history(graph, entry, known_at):
        bases = list(split_bases(row.given))
        path = DeclaredPath(id=row.id, kind=row.kind, bases=bases, declared=row.declared, evidence=row.evidence or None)
        item = DeclarationItem(declaration=path, amendment=row.amendment_reference, **_intervals(row, known_at))
        yield row, (history_position("declaration", row, row.id), item)


def _acceptances(graph: QueryRunner, entry: str, known_at: datetime) -> _KeyedRows:
    for row in entry_history.acceptance_history(graph, entry, known_at):
        base = AcceptedBase(base=row.base, base_device_model=row.base_model, target_device_model=row.target_model)
        item = AcceptanceItem(
            acceptance=base,
            evidence=row.evidence or None,
            amendment=row.amendment_reference,
            **_intervals(row, known_at),
        )
        yield row, (history_position("acceptance", row, row.id), item)


def _held(graph: QueryRunner, entry: str, known_at: datetime) -> _KeyedRows:
    for row in entry_history.held_history(graph, entry, known_at):
        base = BaseAwaitingAcceptance(base=row.base, code=row.code, declaration=row.declaration)
        yield row, (history_position("held", row, row.base), HeldItem(held=base, **_intervals(row, known_at)))


def _bands(graph: QueryRunner, entry: str, known_at: datetime) -> _KeyedRows:
    for row in entry_history.band_history(graph, entry, known_at):
        item = BandItem(declared_band=row.band, amendment=row.amendment_reference, **_intervals(row, known_at))
        yield row, (history_position("band", row, row.id), item)


def _confirmations(graph: QueryRunner, entry: str, known_at: datetime) -> _KeyedRows:
    for row in entry_history.confirmation_history(graph, entry, known_at):
        item = ConfirmationItem(
            confirmation=ConfirmedBase(**confirmed_base(row)),
            evidence=row.evidence or None,
            amendment=row.amendment_reference,
            **_intervals(row, known_at),
        )
        yield row, (history_position("confirmation", row, row.id), item)


def _intervals(row: RecordedFactRow, known_at: datetime) -> dict[str, Any]:
    """Returns the valid and the recorded interval of a row. Null marks an open end; an end recorded after `known_at`
    counts as open.
    """
    return {
        "valid_from": row.span.since,
        "valid_to": row.span.until,
        "recorded_from": row.recorded_from,
        "recorded_to": row.recorded_to if row.recorded_to <= known_at else None,
    }
