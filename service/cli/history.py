"""`pathways history NUMBER`: what an entry was."""

from collections.abc import Iterator
from typing import Annotated
from urllib.parse import urlencode

import typer

from service.application.entries import entry_history as store
from service.cli.session import AsJson, At, KnownAt, open_graph, parse_entry_argument
from service.domain.clock import iso, now
from service.schemas.responses.entry_history import (
    AcceptanceItem,
    BandItem,
    DeclarationItem,
    HeldItem,
    HistoryItem,
    HistoryPage,
    RevisionItem,
)

Number = Annotated[str, typer.Argument(parser=parse_entry_argument, metavar="NUMBER", help="The entry.")]


def history(number: Number, at: At = None, known_at: KnownAt = None, as_json: AsJson = False) -> None:
    """Print everything ever recorded of an entry: when it holds, and when it was believed."""
    instants = {name: iso(given) for name, given in (("at", at), ("known_at", known_at)) if given}
    asked = f"?{urlencode(instants, safe=':')}" if instants else ""
    with open_graph(f"Ask it: GET /v1/entries/{number}/history{asked}") as graph:
        believed = store.history_instant(graph, now, at, known_at)
        items = [item for _, item in store.fetch_history(graph, number, at, believed)]
    page = HistoryPage(entry=number, items=items, next=None, at=at, known_at=believed)
    typer.echo(page.model_dump_json(indent=2) if as_json else "\n".join(_told(page)))


def _told(page: HistoryPage) -> Iterator[str]:
    yield f"{page.entry}, as known {iso(page.known_at)}"
    for item in page.items:
        since, until = (iso(when) if when else "…" for when in (item.valid_from, item.valid_to))
        gone = f", believed until {iso(item.recorded_to)}" if item.recorded_to else ""
        yield f"{iso(item.recorded_from)}  {_said(item)}"
        yield f"   holds {since} to {until}{gone}"
    yield page.notice


def _said(item: HistoryItem) -> str:
    """What the item says, in a line."""
    match item:
        case RevisionItem():
            return f"list {item.list_version}: {_revision(item)}"
        case DeclarationItem():
            path = {"none": "N/A", "not-supplied": "not supplied"}.get(item.declaration.kind)
            return f"declared: {path or ', '.join(item.declaration.bases)} ({item.amendment.reason})"
        case AcceptanceItem():
            return f"accepted by name: {item.acceptance.base} ({item.amendment.reason})"
        case HeldItem():
            return f"awaiting acceptance: {item.held.base} ({item.held.code})"
        case BandItem():
            return f"band: {item.declared_band} ({item.amendment.reason})"


def _revision(item: RevisionItem) -> str:
    said = f"{item.entry.status}, device model {item.entry.device_model}, firmware {item.entry.firmware_version}"
    if item.changed is None:
        return said
    return f"{said}; changed: {', '.join(item.changed)}" if item.changed else f"{said}; the same, over another stretch"
