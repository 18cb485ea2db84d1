"""Exports the Firmware Information Repository (FIR) as a file, as of an instant."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from service.application.files.spreadsheets import as_csv, as_xlsx
from service.domain.as_of import AsOf, ResolveAsOf
from service.domain.clock import iso
from service.domain.fir_columns import ATTRIBUTE_COLUMNS, COLUMNS
from service.graph.protocol import QueryRunner
from service.repositories.facts import all_facts
from service.repositories.manufacturers import names_in_force
from service.rules.facts.fir import FirRow, fir_rows
from service.schemas.requests.queries import FirQuestion
from service.schemas.responses.pathways import NOTICE
from service.settings import Settings

EXPORT_MEDIA_TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
SHEET_NAME = "Firmware Information Repository"


@dataclass(frozen=True)
class ExportFile:
    """A file to download: its name, its media type and its bytes."""

    name: str
    media_type: str
    body: bytes


@dataclass(frozen=True)
class FirFile(ExportFile):
    """An export of the Firmware Information Repository (FIR) as a file, with the instants and the list version on which
    its content is based.
    """

    as_of: AsOf


def export_fir(graph: QueryRunner, resolve_as_of: ResolveAsOf, settings: Settings, question: FirQuestion) -> FirFile:
    """Returns the whole Firmware Information Repository (FIR) as a CSV file or as a workbook.

    The file names the instant `at` only if the question does, so that equal facts give equal files.
    """
    as_of = resolve_as_of(question.at, question.known_at)
    # The file itself states its classification, because people pass the file on without the HTTP headers.
    classification = settings.classes.get("pathways")
    stated = f"Classification: {classification}. " if classification else ""
    notice = stated + _notice(as_of, question.at or question.known_at)
    rows = fir_rows(all_facts(graph, as_of.known_at), settings.obliged_device_types, as_of.at)
    table = [COLUMNS, *_cells(rows, names_in_force(graph, as_of), as_of, notice)]
    body = as_csv(table) if question.format == "csv" else as_xlsx({SHEET_NAME: table, "Notice": [(notice,)]})
    name = f"firmware-information-repository-{as_of.list.number}.{question.format}"
    return FirFile(name, EXPORT_MEDIA_TYPES[question.format], body, as_of)


def _notice(as_of: AsOf, asked_at: datetime | None) -> str:
    at = f", at {iso(as_of.at)}" if asked_at else ""
    return f"{NOTICE} List {as_of.list.number} of {as_of.list.issued}{at}, as known {iso(as_of.known_at)}."


def _cells(rows: Iterable[FirRow], names: Mapping[str, str], as_of: AsOf, notice: str) -> Iterator[list[str]]:
    year, month, day = as_of.list.issued.split("-")
    version = f"Version {as_of.list.number} Issued on {day}-{month}-{year}"
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
            names.get(row.entry.manufacturer, ""),
            iso(row.changed),
            notice,
        ]
