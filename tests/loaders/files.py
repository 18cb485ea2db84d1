"""Small fictional lists and bases files, written in the real formats, and a desk at which they are loaded and asked."""

import csv
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl

from loaders.bases import read_bases
from loaders.lists import read_list
from service.application.files.load import LoadOptions, load_bases, load_list
from service.application.verify import verify
from service.domain.clock import END
from service.domain.facts import Revision
from service.domain.limits import Limits
from service.domain.listings import ListVersion
from service.domain.refusals import Refusal
from service.errors import FileRefused
from service.graph.protocol import Graph
from service.repositories import compartments, facts, list_versions
from service.rules.facts.grouped_facts import row_in_force
from service.schemas.responses.load_reports import LoadReport

HEADINGS = {
    "number": "Entry.number",
    "status": "Entry.status",
    "device_type": "Device_Type.name",
    "manufacturer": "Device_Model.manufacturer_identifier",
    "model": "Device_Model.model_identifier",
    "hardware_version": "Device_Model.hardware_version.version",
    "hardware_revision": "Device_Model.hardware_version.revision",
    "joined": "Device_Model.model_identifier_concatenated_with_hardware_version",
    "firmware_version": "Device_Model.firmware_version",
    "smets_chts_version": "SMETS_CHTS Version.Version_number_and_effective_date",
    "gbcs_version": "GBCS Version.version_number",
    "image_hash": "Manufacturer_Image.hash",
    "cpa_number": "CPA_Certificate.identification_number",
    "cpa_characteristics": "CPA_Certificate.security_characteristics_version",
    "cpa_date": "CPA_Certificate.expiry_date",
    "dlms_number": "DLMS_Certificate.identification_number",
    "dlms_version": "DLMS_Certificate.DLMS_version",
    "zse_number": "ZSE_Certificate.identification_number",
    "zse_version": "ZSE_Certificate.ZSE_version",
    "image_creator": "Manufacturer_Image.creator",
    "image_descriptor": "Manufacturer_Image.descriptor",
    "path": "Firmware_Upgrade_Path",
}
CSV_VIEW = tuple(HEADINGS)[:12]
FULL = tuple(name for name in HEADINGS if name not in ("joined", "path"))
LABELS = ("Notes", "Conditionality rule", "Source of definition", "Format", "Valid values")
BASES = ("Entry.number", "Firmware_Upgrade_Path", "Effective_From", "Accept", "Evidence")
SHEET = "Central Products List"

Row = dict[str, Any]


def image(number: int | str) -> str:
    """The hash of a fictional image."""
    return hashlib.sha256(f"fictional image {number}".encode()).hexdigest().upper()


def entry(number: int | str, **said: Any) -> Row:
    """A row of a list, like no other entry's unless it is said; all on one device model."""
    row = {
        "number": str(number).zfill(6),
        "status": "Current",
        "device_type": "Gas Smart Meter",
        "manufacturer": "FE01",
        "model": "0001",
        "hardware_version": "01",
        "hardware_revision": "02",
        "firmware_version": f"{number:0>8}",
        "smets_chts_version": "SMETS V4.2",
        "gbcs_version": "GBCS Version 3.2",
        "image_hash": image(number),
        "cpa_number": f"[E] FICTION {number}",
        "cpa_date": "2030-01-01",
    } | said
    return {"joined": f"{row['model']}{row['hardware_version']}{row['hardware_revision']}"} | row


def heading(version: str, issued: str) -> str:
    """The words from which a list's version and date are read; the date is given as ISO."""
    return f"Version {version} Issued on {'-'.join(reversed(issued.split('-')))}"


def write_csv(path: Path, lines: list[list[Any]]) -> Path:
    """A CSV file of these lines."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
    return path


def list_csv(path: Path, title: str, rows: list[Row], columns: tuple[str, ...] = CSV_VIEW) -> Path:
    """A list in the CSV view, or in whatever columns are wanted."""
    lines = [[title, *(row.get(name, "") for name in columns)] for row in rows]
    return write_csv(path, [["Version", *(HEADINGS[name] for name in columns)], *lines])


def list_workbook(path: Path, title: str, rows: list[Row], columns: tuple[str, ...] = FULL) -> Path:
    """A list as a workbook: version control, then the sheet with its seven rows of headings."""
    book = openpyxl.Workbook()
    book.active["A3"] = title
    sheet = book.create_sheet(SHEET)
    parts = [HEADINGS[name].rpartition(".") for name in columns]
    sheet.append(["Data Group", *(group or None for group, _, _ in parts)])
    sheet.append(["Data Attribute", *(attribute for _, _, attribute in parts)])
    for label in LABELS:
        sheet.append([label])
    for row in rows:
        sheet.append([None, *(row.get(name) for name in columns)])
    return saved(book, path)


def saved(book: openpyxl.Workbook, path: Path) -> Path:
    """The workbook, on disk; text that begins like a formula stays text."""
    for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row):
        cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    book.save(path)
    return path


def midnight(day: str) -> datetime:
    """An ISO date as the instant at which it begins."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


@dataclass
class Desk:
    """A graph, its clock and a folder: files are written, loaded an hour apart, and the engine is asked."""

    graph: Graph
    clock: Any
    folder: Path
    files: int = field(default=0)

    def path(self, suffix: str) -> Path:
        """A name no file has yet."""
        self.files += 1
        return self.folder / f"file-{self.files}.{suffix}"

    def issue(self, version: str, issued: str, rows: list[Row], *columns: str, form: str = "csv", **how: Any):
        """Writes a list and loads it."""
        write, usual = (list_csv, CSV_VIEW) if form == "csv" else (list_workbook, FULL)
        return self.load_list(write(self.path(form), heading(version, issued), rows, columns or usual), **how)

    def load_list(self, path: Path, **how: Any) -> LoadReport:
        """Loads a list that is on disk."""
        self.clock.forward(hours=1)
        return load_list(
            self.graph, self.clock, read_list(path, Limits()), path.name, LoadOptions(made_by="test", **how)
        )

    def bases(self, *lines: tuple[Any, ...], effective: str | None = None, **how: Any) -> LoadReport:
        """Writes a CSV of bases and loads it; a line has as many of the five columns as it needs."""
        return self.load_bases(write_csv(self.path("csv"), [list(BASES), *map(list, lines)]), effective, **how)

    def load_bases(self, path: Path, effective: str | None = None, **how: Any) -> LoadReport:
        """Loads a file of bases that is on disk."""
        self.clock.forward(hours=1)
        found = read_bases(path, Limits(), midnight(effective) if effective else None)
        return load_bases(self.graph, self.clock, found, LoadOptions(**{"made_by": "test", "reason": "because"} | how))

    @property
    def revision(self) -> int:
        """How often the public compartment was written."""
        return compartments.read_state(self.graph).revision

    @property
    def now(self) -> datetime:
        """The last committed instant."""
        return compartments.read_state(self.graph).recorded

    def versions(self, known_at: datetime | None = None) -> list[ListVersion]:
        """The list versions known."""
        return list_versions.known_list_versions(self.graph, known_at or self.now)

    def said(self, number: int, at: str, known_at: datetime | None = None) -> Revision | None:
        """What a list says of an entry, as of both clocks."""
        rows = facts.all_facts(self.graph, known_at or self.now).revisions.get(f"{number:06}", ())
        return row_in_force(rows, midnight(at))

    def periods(self, number: int, known_at: datetime | None = None) -> list[tuple[str, str, str, str]]:
        """What is declared for an entry: from when, to when, which kind, which bases."""
        rows = facts.all_facts(self.graph, known_at or self.now).declarations.get(f"{number:06}", ())
        shown = ((*map(_day, (d.valid_from, d.valid_to)), d.kind, d.given) for d in rows)
        return sorted(shown)

    def steps(self, at: str, known_at: datetime | None = None) -> set[tuple[int, int]]:
        """The steps in force, as (base, target)."""
        rows = facts.derived_rows(self.graph, known_at or self.now)[0]
        return {(int(r.base), int(r.target)) for r in rows if r.span.contains(midnight(at))}

    def held(self, at: str, known_at: datetime | None = None) -> dict[tuple[int, int], str]:
        """The held bases in force, with why they are."""
        rows = facts.derived_rows(self.graph, known_at or self.now)[1]
        return {(int(r.base), int(r.target)): r.code for r in rows if r.span.contains(midnight(at))}

    def faults(self, pairs: int = 50) -> list[str]:
        """What verification finds wrong."""
        return verify(self.graph, self.clock, pairs).faults


def _day(instant: datetime) -> str:
    return "" if instant.year == 1 or instant == END else instant.date().isoformat()


def refusals(work: Any) -> list[Refusal]:
    """What was refused, whether the file as a whole or single rows of it."""
    try:
        report = work()
    except FileRefused as refused:
        return list(refused.extra["refusals"])
    assert not report.applied
    return list(report.refusals)


def asked(graph: Any, statement: str) -> list[dict[str, Any]]:
    """The engine's answer to a statement that a test alone asks, and that is in no catalogue."""
    if graph.dialect == "ladybug":
        with graph._connection() as connection:
            return list(connection.execute(statement))
    with graph._driver.session(database=graph._database) as session:
        return [dict(record) for record in session.run(statement)]
