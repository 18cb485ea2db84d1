"""The published list: workbook or CSV view → rows. Keys are read strictly, the rest of history leniently."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest

from loaders import cells
from loaders.cells import Columns
from loaders.paths import UpgradePath, read_upgrade_path
from loaders.table import InputFile, Line, Sheet, TableFile, open_table
from service.domain.clock import midnight
from service.domain.limits import Limits
from service.domain.listings import ListRow, PublishedList
from service.domain.names import DEVICE_TYPES, parse_list_heading
from service.domain.refusals import LoadRemark, Refusal, refusal_error

SHEET = "Central Products List"
_VERSION = "Version"
_NUMBER = "Entry.number"
_PATH = "Firmware_Upgrade_Path"
_JOINED = "Device_Model.model_identifier_concatenated_with_hardware_version"


@dataclass(frozen=True)
class ListColumn:
    """A column of the list: the attribute it fills, how its cells are read, and whether it must be there."""

    name: str
    read: cells.CellParser
    key: bool = False


LIST_COLUMNS: dict[str, ListColumn] = {
    "Entry.status": ListColumn("status", cells.parse_status, key=True),
    "Device_Type.name": ListColumn("device_type", cells.parse_text, key=True),
    "Device_Model.manufacturer_identifier": ListColumn("manufacturer", cells.hex_parser(4), key=True),
    "Device_Model.model_identifier": ListColumn("model", cells.hex_parser(4), key=True),
    "Device_Model.hardware_version.version": ListColumn("hardware_version", cells.hex_parser(2), key=True),
    "Device_Model.hardware_version.revision": ListColumn("hardware_revision", cells.hex_parser(2), key=True),
    "Device_Model.firmware_version": ListColumn("firmware_version", cells.hex_parser(8), key=True),
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
    """A list as read: what can be loaded, what was refused, what is remarkable, and any declarations it brings.

    `refused` are the entries whose rows were refused: they are not absent from the list.
    """

    published: PublishedList
    sheet: str | None = None
    refusals: list[Refusal] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    remarks: list[LoadRemark] = field(default_factory=list)
    paths: list[tuple[str, UpgradePath, int]] = field(default_factory=list)


def read_list(path: InputFile, limits: Limits, seen: Callable[[int, int], None] | None = None) -> ListFile:
    """Reads a workbook or a CSV view of the list. `seen(done, of)` is told how far it is.

    Raises FileRefused where the file as a whole is not a list; refusals of single rows are returned.
    """
    book = open_table(path, limits)
    sheet = book.sheet(SHEET if book.sheet_names else None)
    header, lines = _header(sheet)
    columns, strange, twice = cells.find_columns(sheet, header, KNOWN_COLUMNS)
    _require(columns, twice)
    if not lines:
        raise refusal_error(
            [Refusal(file=sheet.file, sheet=sheet.name, code="no-rows", reason="The list has no entries.")]
        )
    number, issued = _version(book, columns, lines)
    found = _rows(columns, lines, seen)
    remarks = [LoadRemark(code="unknown-column", text=f"Column {heading!r} is not read.") for heading in strange]
    published = PublishedList(number, midnight(issued), book.sha256, tuple(found.rows))
    return ListFile(published, sheet.name, found.refusals, found.refused, remarks + found.remarks, found.paths)


def _header(sheet: Sheet) -> tuple[list[str], tuple[Line, ...]]:
    """The headings and the data lines. The workbook has group and attribute rows, and data after `Valid values`."""
    if sheet.name is None:
        first = sheet.lines[:1]
        return [cell.strip() for cell in first[0].cells] if first else [], sheet.lines[1:]
    marks = {line.cells[0].strip(): place for place, line in reversed(list(enumerate(sheet.lines))) if line.cells}
    missing = [mark for mark in ("Data Group", "Data Attribute", "Valid values") if mark not in marks]
    if missing:
        reason = f"The sheet has no row headed {missing[0]!r} in its first column."
        raise refusal_error([Refusal(file=sheet.file, sheet=sheet.name, code="no-header", reason=reason)])
    groups, names = (sheet.lines[marks[mark]].cells for mark in ("Data Group", "Data Attribute"))
    # A row ends with its last filled cell: a column without a group may stand beyond the end of the groups.
    pairs = zip_longest(groups, names, fillvalue="")
    header = [f"{g.strip()}.{n.strip()}" if n.strip() != _PATH else _PATH for g, n in pairs]
    return ["", *header[1:]], sheet.lines[marks["Valid values"] + 1 :]


def _require(columns: Columns, twice: list[str]) -> None:
    faults = cells.heading_refusals(columns, REQUIRED_COLUMNS, twice)
    if faults:
        raise refusal_error(faults)


def _version(book: TableFile, columns: Columns, lines: tuple[Line, ...]) -> tuple[str, date]:
    """The one version and date of issue that the file states: in its `Version` column, or on a workbook's sheets."""
    stated = list(_stated_in_rows(columns, lines)) if _VERSION in columns else list(_stated_on_sheets(book))
    versions = {heading for heading, _ in stated}
    if len(versions) != 1:
        reason = "No 'Version N.NNN Issued on dd-mm-yyyy' is stated." if not stated else "Two versions are stated."
        other, line = next(((said, line) for said, line in stated if said != stated[0][0]), ((), None))
        value = " issued on ".join(other) or None
        code = "version-differs" if stated else "no-version"
        refusal = columns.refusal(None, _VERSION, code, reason)
        raise refusal_error([refusal.model_copy(update={"line": line, "value": value})])
    (number, issued), line = stated[0]
    try:
        return number, date.fromisoformat(issued)
    except ValueError as wrong:
        refusal = columns.refusal(None, _VERSION, "bad-date", str(wrong))
        raise refusal_error([refusal.model_copy(update={"line": line, "value": issued})]) from wrong


def _stated_in_rows(columns: Columns, lines: tuple[Line, ...]) -> Iterator[tuple[tuple[str, str], int]]:
    for line in lines:
        heading = parse_list_heading(columns.cell(line, _VERSION))
        if heading is None:
            reason = "'Version N.NNN Issued on dd-mm-yyyy' is expected."
            raise refusal_error([columns.refusal(line, _VERSION, "bad-version", reason)])
        yield heading, line.number


def _stated_on_sheets(book: TableFile) -> Iterator[tuple[tuple[str, str], int]]:
    for name in book.sheet_names:
        for line in book.sheet(name).lines[:20] if name != SHEET else ():
            for cell in line.cells:
                if heading := parse_list_heading(cell):
                    yield heading, line.number


@dataclass
class _Found:
    rows: list[ListRow] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    remarks: list[LoadRemark] = field(default_factory=list)
    paths: list[tuple[str, UpgradePath, int]] = field(default_factory=list)


def _rows(columns: Columns, lines: tuple[Line, ...], seen: Callable[[int, int], None] | None) -> _Found:
    found = _Found()
    first: dict[str, int] = {}
    for done, line in enumerate(lines, start=1):
        _row(columns, line, first, found)
        if seen:
            seen(done, len(lines))
    return found


def _row(columns: Columns, line: Line, first: dict[str, int], found: _Found) -> None:
    given: dict[str, str] = {}
    faults: list[Refusal] = []
    entry = _cell(columns, line, _NUMBER, cells.parse_number, faults)
    for name, attribute in LIST_COLUMNS.items():
        if name in columns:
            given[attribute.name] = _cell(columns, line, name, attribute.read, faults)
    faults += _contradictions(columns, line, given, entry, first)
    path = read_upgrade_path(columns.cell(line, _PATH), columns, line, _PATH, faults)
    if faults:
        found.refusals += faults
        found.refused.add(entry)
        return
    first[entry] = line.number
    found.rows.append(ListRow(entry, given, line.number))
    found.remarks += _remarkable(given, entry, line)
    if path is not None:
        found.paths.append((entry, path, line.number))


def _cell(columns: Columns, line: Line, name: str, rule: cells.CellParser, faults: list[Refusal]) -> str:
    cell = columns.cell(line, name)
    try:
        if not cell and name in REQUIRED_COLUMNS:
            raise ValueError("this must be filled")
        return rule(cell)
    except ValueError as wrong:
        faults.append(columns.refusal(line, name, "bad-value" if cell else "blank-key", str(wrong)))
        return ""


def _contradictions(
    columns: Columns, line: Line, given: dict[str, str], entry: str, first: dict[str, int]
) -> Iterator[Refusal]:
    if entry in first:
        reason = f"{entry} stands on line {first[entry]} already."
        yield columns.refusal(line, _NUMBER, "entry-twice", reason)
    joined = columns.cell(line, _JOINED).replace(":", "").upper()
    parts = given["model"] + given["hardware_version"] + given["hardware_revision"]
    if joined and len(parts) == 8 and joined != parts:
        yield columns.refusal(line, _JOINED, "parts-differ", f"The columns that it joins say {parts}.")


def _remarkable(given: dict[str, str], entry: str, line: Line) -> Iterator[LoadRemark]:
    said = {"line": line.number, "entry": entry}
    if given["device_type"] not in DEVICE_TYPES:
        yield LoadRemark(
            code="unknown-device-type", text=f"{given['device_type']!r} is no device type we know.", **said
        )
    day = given.get("cpa_date", "")
    if day and not cells.is_date(day):
        yield LoadRemark(code="unreadable-date", text=f"{day!r} is not readable as a date; kept as it stands.", **said)
