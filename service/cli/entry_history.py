"""`pathways history NUMBER`: prints every recorded fact about an entry."""

from collections.abc import Iterator
from typing import Annotated

import typer

from service.application.entries import entry_history
from service.cli.options import AsJson, At, KnownAt, as_of_parameters, parse_entry_argument
from service.cli.output import print_answer
from service.cli.session import open_graph, server_call
from service.domain.clock import iso, now
from service.schemas.responses.entry_history import (
    AcceptanceItem,
    BandItem,
    ConfirmationItem,
    DeclarationItem,
    HeldItem,
    HistoryItem,
    HistoryPage,
    RevisionItem,
)

Number = Annotated[str, typer.Argument(parser=parse_entry_argument, metavar="NUMBER", help="The entry.")]


def history(number: Number, at: At = None, known_at: KnownAt = None, as_json: AsJson = False) -> None:
    """Print everything recorded about an entry: when each fact holds, and from when until when it was on record."""
    with open_graph(server_call(f"GET /v1/entries/{number}/history", as_of_parameters(at, known_at))) as graph:
        believed_at = entry_history.history_instant(graph, now, at, known_at)
        items = [item for _, item in entry_history.fetch_history(graph, number, at, believed_at)]
    page = HistoryPage(entry=number, items=items, next=None, at=at, known_at=believed_at)
    print_answer(page, lambda: _page_lines(page), as_json)


def _page_lines(page: HistoryPage) -> Iterator[str]:
    yield f"{page.entry}, as known {iso(page.known_at)}"
    for item in page.items:
        since, until = (iso(instant) if instant else "…" for instant in (item.valid_from, item.valid_to))
        ended = f", believed until {iso(item.recorded_to)}" if item.recorded_to else ""
        yield f"{iso(item.recorded_from)}  {_item_text(item)}"
        yield f"   holds {since} to {until}{ended}"
    yield page.notice


def _item_text(item: HistoryItem) -> str:
    match item:
        case RevisionItem():
            return f"list {item.list_version}: {_revision_text(item)}"
        case DeclarationItem():
            path = {"none": "N/A", "not-supplied": "not supplied"}.get(item.declaration.kind)
            return f"declared: {path or ', '.join(item.declaration.bases)} ({item.amendment.reason})"
        case AcceptanceItem():
            return f"accepted by name: {item.acceptance.base} ({item.amendment.reason})"
        case ConfirmationItem():
            return f"confirmed: {item.confirmation.base} ({item.amendment.reason})"
        case HeldItem():
            return f"awaiting acceptance: {item.held.base} ({item.held.code})"
        case BandItem():
            return f"band: {item.declared_band} ({item.amendment.reason})"


def _revision_text(item: RevisionItem) -> str:
    entry = item.entry
    text = f"{entry.status}, device model {entry.device_model}, firmware {entry.firmware_version}"
    if item.changed is None:
        return text
    changes = f"changed: {', '.join(item.changed)}" if item.changed else "unchanged, over another interval"
    return f"{text}; {changes}"
