"""The Firmware Information Repository as a file, as of both clocks."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from service.application.files.spreadsheets import as_csv, as_xlsx
from service.application.pathways.answers import ResolveAsOf
from service.domain.as_of import AsOf
from service.domain.capabilities import Classification
from service.domain.clock import iso
from service.domain.fir_columns import ATTRIBUTE_COLUMNS, COLUMNS
from service.graph.protocol import Runner
from service.repositories.facts import all_facts
from service.rules.facts.fir import fir_rows
from service.schemas.requests.queries import FirQuestion
from service.schemas.responses.fir import FirRow
from service.schemas.responses.pathways import NOTICE
from service.settings import Settings

EXPORT_MEDIA_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
SHEET_NAME = "Firmware Information Repository"


@dataclass(frozen=True)
class ExportFile:
    """A file: its name, its media type, its bytes."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True)
class FirFile(ExportFile):
    """A file of the repository, and as of when."""

    when: AsOf


def export_fir(graph: Runner, settle: ResolveAsOf, settings: Settings, asked: FirQuestion) -> FirFile:
    """The whole repository. `at` is told in the file where it was asked for: else the same facts give the same file."""
    when = settle(asked.at, asked.known_at)
    notice = _mark(settings.classes.get("pathways")) + _notice(when, asked.at or asked.known_at)
    table = [COLUMNS, *_cells(fetch_fir_rows(graph, when, settings.obliged_device_types), when, notice)]
    body = as_csv(table) if asked.format == "csv" else as_xlsx({SHEET_NAME: table, "Notice": [(notice,)]})
    name = f"firmware-information-repository-{when.list.number}.{asked.format}"
    return FirFile(name, EXPORT_MEDIA_TYPES[asked.format], body, when)


def fetch_fir_rows(graph: Runner, moment: AsOf, types: Collection[str]) -> list[FirRow]:
    """A row for each entry in force of these device types (in lower case), as of both clocks."""
    return fir_rows(all_facts(graph, moment.known_at), types, moment.at)


def _mark(given: Classification | None) -> str:
    """What a file says of its class, since it is handed on without the answer that it came with."""
    return f"Classification: {given}. " if given else ""


def _notice(when: AsOf, at: datetime | None) -> str:
    then = f", at {iso(when.at)}" if at else ""
    return f"{NOTICE} List {when.list.number} of {when.list.issued}{then}, as known {iso(when.known_at)}."


def _cells(rows: Iterable[FirRow], when: AsOf, notice: str) -> Iterator[list[str]]:
    year, month, day = when.list.issued.split("-")
    version = f"Version {when.list.number} Issued on {day}-{month}-{year}"
    for row in rows:
        yield [
            version,
            row.entry.entry,
            *(getattr(row.entry, name) for name in ATTRIBUTE_COLUMNS.values()),
            row.path,
            iso(row.effective_from) if row.effective_from else "",
            iso(row.effective_to) if row.effective_to else "",
            ";".join(row.held),
            ";".join(row.pending),
            iso(row.changed),
            notice,
        ]
