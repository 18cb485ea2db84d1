"""Parses a published Central Products List, as a workbook or as CSV.

The loader refuses a row with an invalid key cell (such as the entry number). It accepts any text in the other cells.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import zip_longest

from loaders import cells
from loaders.columns import Columns, find_columns
from loaders.list_notes import read_list_notes
from loaders.parsed_files import require_commas
from loaders.table import InputFile, Line, OnProgress, Sheet, TableFile, each_line, open_table
from loaders.zip_archive import refuse_file
from service.domain.clock import midnight
from service.domain.limits import Limits
from service.domain.listings import ListRow, PublishedList
from service.domain.names import DEVICE_TYPES, parse_entry_number, parse_list_heading
from service.domain.refusals import LoadRemark, Refusal, refusal_error

SHEET = "Central Products List"
LABELS = ("Data Group", "Data Attribute", "Valid values")
_VERSION = "Version"
_FORM = "'Version N.NNN Issued on dd-mm-yyyy' is expected."
_NUMBER = "Entry.number"
_PATH = "Firmware_Upgrade_Path"
_RESAVED = (
    "Excel loses zeros where it saves a CSV file again. Load the workbook itself, or save its sheet "
    "`CPL - saveable in CSV` as CSV, and do not open that file in Excel."
)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+\d+", re.I)
_JOINED = "Device_Model.model_identifier_concatenated_with_hardware_version"


@dataclass(frozen=True)
class ListColumn:
    """A column of the list: its attribute, the parser of its cells, and whether each row must fill it (`key`).

    `digits` is the number of hex digits of each cell, or 0 for a column of other text.
    """

    name: str
    read: cells.CellParser
    key: bool = False
    digits: int = 0


LIST_COLUMNS: dict[str, ListColumn] = {
    "Entry.status": ListColumn("status", cells.parse_status, key=True),
    "Device_Type.name": ListColumn("device_type", cells.parse_text, key=True),
    "Device_Model.manufacturer_identifier": ListColumn("manufacturer", cells.hex_parser(4), key=True, digits=4),
    "Device_Model.model_identifier": ListColumn("model", cells.hex_parser(4), key=True, digits=4),
    "Device_Model.hardware_version.version": ListColumn("hardware_version", cells.hex_parser(2), key=True, digits=2),
    "Device_Model.hardware_version.revision": ListColumn("hardware_revision", cells.hex_parser(2), key=True, digits=2),
    "Device_Model.firmware_version": ListColumn("firmware_version", cells.hex_parser(8), key=True, digits=8),
    "SMETS_CHTS Version.Version_number_and_effective_date": ListColumn("smets_chts_version", cells.parse_text),
    "GBCS Version.version_number": ListColumn("gbcs_version", cells.parse_text),
    "CPA_Certificate.identification_number": ListColumn("cpa_number", cells.parse_text),
    "CPA_Certificate.security_characteristics_version": ListColumn("cpa_characteristics", cells.parse_text),
    "CPA_Certificate.expiry_date": ListColumn("cpa_date", cells.parse_date),
    "DLMS_Certificate.identification_number": ListColumn("dlms_number", cells.parse_text),
    "DLMS_Certificate.DLMS_version": ListColumn("dlms_version", cells.parse_text),
    "ZSE_Certificate.identification_number": ListColumn("zse_number", cells.parse_text),
    "ZSE_Certificate.ZSE_version": ListColumn("zse_version", cells.parse_text),
    "Manufacturer_Image.creator": ListColumn("image_creator", cells.parse_text),
    "Manufacturer_Image.hash": ListColumn("image_hash", cells.parse_image_hash),
    "Manufacturer_Image.descriptor": ListColumn("image_descriptor", cells.parse_text),
}

KNOWN_COLUMNS = (_NUMBER, *LIST_COLUMNS, _VERSION, _JOINED, _PATH)
REQUIRED_COLUMNS = (_NUMBER, *(name for name, attribute in LIST_COLUMNS.items() if attribute.key))


@dataclass
class ListFile:
    """A parsed list: its version and accepted rows, the refusals of the other rows, remarks, and declared upgrade
    paths.

    `refused` has the entry numbers of refused rows: the list includes these entries, although the service cannot load
    them. `paths` has the Firmware Upgrade Path of each row that states one, with the line number.
    `notes` has what the version history of a workbook says of entries, with their numbers.
    """

    published: PublishedList
    sheet: str | None = None
    refusals: list[Refusal] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    remarks: list[LoadRemark] = field(default_factory=list)
    paths: list[tuple[str, cells.UpgradePath, int]] = field(default_factory=list)
    notes: tuple[tuple[str, str], ...] = ()


def read_list(path: InputFile, limits: Limits, on_progress: OnProgress | None = None) -> ListFile:
    """Parses a workbook or a CSV file with a published list.

    `on_progress` gets the number of rows read and of all rows. Raises FileRefused if the file as a whole is malformed;
    the result contains the refusals of single rows.
    """
    book = open_table(path, limits)
    sheet = book.sheet(SHEET if book.sheet_names else None)
    headings, lines = _split_headings(sheet)
    columns, unknown, faults = find_columns(sheet, KNOWN_COLUMNS, REQUIRED_COLUMNS, headings, unmerged=(_PATH,))
    if faults:
        raise refusal_error(faults)
    if _PATH in columns:  # semicolons separate bases
        require_commas(sheet)
    if not lines:
        raise refuse_file(file=sheet.file, sheet=sheet.name, code="no-rows", reason="The list has no entries.")
    number, issued = _read_version(book, columns, lines)
    result = ListFile(PublishedList(number, midnight(issued), book.sha256, ()), sheet.name, notes=read_list_notes(book))
    result.remarks += columns.remarks(lines)
    result.remarks += [
        LoadRemark(code="unknown-column", text=f"The loader ignores the column {heading!r}.")
        for heading in unknown
        if heading != LABELS[1]
    ]
    first_lines: dict[str, int] = {}
    rows = (_read_row(columns, line, first_lines, result) for line in each_line(lines, on_progress))
    result.published = replace(result.published, rows=tuple(row for row in rows if row))
    return result


def _split_headings(sheet: Sheet) -> tuple[Line | None, tuple[Line, ...]]:
    """Returns the line of the column headings and the data lines of a sheet.

    In a workbook, one row names the group and another the attribute of each column, and the data follow the row `Valid
    values`.
    """
    if sheet.name is None:
        return next(iter(sheet.lines), None), sheet.lines[1:]
    labels = {
        line.cells[0].strip(): position for position, line in reversed(list(enumerate(sheet.lines))) if line.cells
    }
    missing = [label for label in LABELS if label not in labels]
    if missing:
        reason = f"The first column must have the labels of the CPL workbook; {missing[0]!r} is missing."
        raise refuse_file(file=sheet.file, sheet=sheet.name, code="no-header", reason=reason)
    group_line, name_line = (sheet.lines[labels[label]] for label in LABELS[:2])
    # A row ends with its last filled cell, so that the row of groups may be shorter than the row of attributes.
    pairs = zip_longest(group_line.cells, name_line.cells, fillvalue="")
    headings = [f"{g.strip()}.{n.strip()}" if n.strip() != _PATH else _PATH for g, n in pairs]
    # The labels head the first column, in which the data rows may have notes.
    return Line(name_line.number, (name_line.cells[0], *headings[1:])), sheet.lines[labels[LABELS[2]] + 1 :]


def _read_version(book: TableFile, columns: Columns, lines: tuple[Line, ...]) -> tuple[str, date]:
    """Returns the version and date of issue: from the column `Version`, or from the other sheets of a workbook."""
    stated = list(_stated_in_rows(columns, lines)) if _VERSION in columns else list(_stated_on_sheets(book))
    versions = {heading for heading, _ in stated}
    if len(versions) != 1:
        reason = "The file states two versions; one is expected." if stated else f"The file lacks a version: {_FORM}"
        other, line = next(((heading, line) for heading, line in stated if heading != stated[0][0]), ((), None))
        value = " issued on ".join(other) or None
        code = "version-differs" if stated else "no-version"
        refusal = columns.refusal(None, _VERSION, code, reason)
        raise refusal_error([refusal.model_copy(update={"line": line, "value": value})])
    (number, issued), line = stated[0]
    try:
        return number, date.fromisoformat(issued)
    except ValueError as error:
        refusal = columns.refusal(None, _VERSION, "bad-date", str(error))
        raise refusal_error([refusal.model_copy(update={"line": line, "value": issued})]) from error


def _stated_in_rows(columns: Columns, lines: tuple[Line, ...]) -> Iterator[tuple[tuple[str, str], int]]:
    for line in lines:
        heading = parse_list_heading(columns.cell(line, _VERSION))
        if heading is None:
            raise refusal_error([columns.refusal(line, _VERSION, "bad-version", _FORM)])
        yield heading, line.number


def _stated_on_sheets(book: TableFile) -> Iterator[tuple[tuple[str, str], int]]:
    for name in book.sheet_names:
        for line in book.sheet(name).lines[:20] if name != SHEET else ():
            for cell in line.cells:
                if heading := parse_list_heading(cell):
                    yield heading, line.number


def _read_row(columns: Columns, line: Line, first_lines: dict[str, int], result: ListFile) -> ListRow | None:
    """Returns the row of a line, or None for a refused row, whose refusals go to `result`."""
    values: dict[str, str] = {}
    faults = columns.line_faults(line)
    entry = _read_cell(columns, line, _NUMBER, parse_entry_number, faults)
    for name, attribute in LIST_COLUMNS.items():
        if name in columns:
            values[attribute.name] = _read_cell(columns, line, name, attribute.read, faults)
    faults += _contradictions(columns, line, values, entry, first_lines)
    path = cells.read_upgrade_path(columns.cell(line, _PATH), columns, line, _PATH, faults)
    if faults:
        result.refusals += columns.distinct(line, faults)
        result.refused.add(entry)
        return None
    first_lines[entry] = line.number
    result.remarks += _row_remarks(values, entry, line)
    if path is not None:
        result.paths.append((entry, path, line.number))
    return ListRow(entry, values, line.number)


def _read_cell(columns: Columns, line: Line, name: str, parse: cells.CellParser, faults: list[Refusal]) -> str:
    cell = columns.cell(line, name)
    try:
        if not cell and name in REQUIRED_COLUMNS:
            raise ValueError("this cell must be filled")
        return parse(cell)
    except ValueError as error:
        code, reason = "bad-value" if cell else "blank-key", str(error)
        if columns.sheet.name is None and _has_lost_zeros(name, cell):
            code, reason = "zeros-lost", f"{error}. {_RESAVED}"
        faults.append(columns.refusal(line, name, code, reason))
        return ""


def _has_lost_zeros(name: str, cell: str) -> bool:
    """Returns whether Excel made a number of a cell that had more hex digits: `0` of `00`, `3.00E+07` of `3000E004`."""
    digits = LIST_COLUMNS[name].digits if name in LIST_COLUMNS else 0
    return (len(cell) < digits and cell.isdigit()) or bool(digits and _SCIENTIFIC.fullmatch(cell))


def _contradictions(
    columns: Columns, line: Line, values: dict[str, str], entry: str, first_lines: dict[str, int]
) -> Iterator[Refusal]:
    if entry in first_lines:
        reason = f"Line {first_lines[entry]} has {entry} already; an entry has one line."
        yield columns.refusal(line, _NUMBER, "entry-twice", reason)
    joined = columns.cell(line, _JOINED).replace(":", "").upper()
    parts = values["model"] + values["hardware_version"] + values["hardware_revision"]
    if joined and len(parts) == 8 and joined != parts:
        reason = f"The columns of model and hardware version make {parts}; the same value is expected here."
        yield columns.refusal(line, _JOINED, "parts-differ", reason)


def _row_remarks(values: dict[str, str], entry: str, line: Line) -> Iterator[LoadRemark]:
    where = {"line": line.number, "entry": entry}
    if values["device_type"] not in DEVICE_TYPES:
        yield LoadRemark(
            code="unknown-device-type", text=f"{values['device_type']!r} is not a known device type.", **where
        )
    day = values.get("cpa_date", "")
    if day and not cells.is_date(day):
        yield LoadRemark(code="unreadable-date", text=f"{day!r} is not a date; the text is loaded unchanged.", **where)
