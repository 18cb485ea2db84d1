"""A file of ZigBee facts: the band, which is public, and chipset and stack, which are told in confidence."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from loaders import cells
from loaders.cells import Columns
from loaders.table import InputFile, Line, Sheet, TableFile, open_table
from service.domain.clock import BEGINNING
from service.domain.facts import Band
from service.domain.limits import Limits
from service.domain.refusals import Refusal, refusal_error
from service.domain.zigbee_facts import BANDS, ZigbeeAttribute
from service.domain.zigbee_statements import ZigbeeStatement, ZigbeeValue, parse_zigbee_value

NUMBER, BAND, FROM = "Entry.number", "ZigBee.band", "Effective_From"
STACK_VENDOR, STACK_VERSION, ORDER = "ZigBee.stack_vendor", "ZigBee.stack_version", "Order"
ZIGBEE_COLUMNS: dict[str, ZigbeeAttribute] = {
    "ZigBee.chipset_vendor": "chipset_vendor",
    "ZigBee.chipset_part": "chipset_part",
    STACK_VENDOR: "stack_vendor",
    STACK_VERSION: "stack_version",
}
COLUMN_OF_ATTRIBUTE = {attribute: column for column, attribute in ZIGBEE_COLUMNS.items()}
KNOWN_COLUMNS = (NUMBER, BAND, *ZIGBEE_COLUMNS, FROM)
ORDER_COLUMNS = (STACK_VENDOR, STACK_VERSION, ORDER)

Progress = Callable[[int, int], None]


@dataclass
class ZigbeeFile:
    """A file as read: what it says of entries, and what was refused."""

    file: str
    sheet: str | None
    sha256: str
    statements: list[ZigbeeStatement] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    blank: int = 0


@dataclass
class OrderFile:
    """A file as read: for each vendor the versions of its stack in their order, and what was refused."""

    file: str
    sheet: str | None
    sha256: str
    orders: dict[ZigbeeValue, list[ZigbeeValue]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


def read_zigbee(path: InputFile, limits: Limits, seen: Progress | None = None) -> ZigbeeFile:
    """Reads a CSV or workbook of ZigBee facts.

    Raises FileRefused where the file as a whole is not one; refusals of single rows are returned.
    """
    book, sheet, columns = _opened(path, limits, KNOWN_COLUMNS, (NUMBER,))
    found = ZigbeeFile(sheet.file, sheet.name, book.sha256)
    first: dict[tuple[str, datetime], int] = {}
    for done, line in enumerate(sheet.lines[1:], start=1):
        _row(columns, line, first, found)
        if seen:
            seen(done, len(sheet.lines) - 1)
    return found


def _opened(
    path: InputFile, limits: Limits, known: tuple[str, ...], needed: tuple[str, ...]
) -> tuple[TableFile, Sheet, Columns]:
    book = open_table(path, limits)
    names = book.sheet_names
    sheet = book.sheet(next((n for n in names if _headed(book.sheet(n), needed)), next(iter(names), None)))
    header = [cell.strip() for cell in sheet.lines[0].cells] if sheet.lines else []
    columns, strange, twice = cells.find_columns(sheet, header, known)
    faults = cells.heading_refusals(columns, needed, twice)
    told = f"The columns are {', '.join(known)}."
    faults += [columns.refusal(None, name, "unknown-column", told) for name in strange]
    if faults:
        raise refusal_error(faults)
    return book, sheet, columns


def _headed(sheet: Sheet, needed: tuple[str, ...]) -> bool:
    header = {cell.strip().lower() for cell in sheet.lines[0].cells} if sheet.lines else set()
    return header >= {name.lower() for name in needed}


def _row(columns: Columns, line: Line, first: dict[tuple[str, datetime], int], found: ZigbeeFile) -> None:
    faults: list[Refusal] = []
    entry = cells.read_entry(columns, line, NUMBER, faults)
    since = cells.read_instant(columns, line, FROM, faults)
    band = _band(columns, line, faults)
    said = {a: v for name, a in ZIGBEE_COLUMNS.items() if (v := _value(columns, line, name, a, faults))}
    start = (entry, since or BEGINNING)
    tells = bool(band or said)
    if not faults and tells and start in first:
        reason = f"{entry} stands on line {first[start]} already, from the same date."
        faults.append(columns.refusal(line, NUMBER, "entry-twice", reason))
    found.refusals += faults
    if faults or not tells:
        found.blank += not faults
        return
    first[start] = line.number
    found.statements.append(ZigbeeStatement(entry, said, band, since, line.number))


def _band(columns: Columns, line: Line, faults: list[Refusal]) -> Band | None:
    """One of the form's own words, in any case and with or without spaces."""
    cell = columns.cell(line, BAND)
    found = next((band for band in BANDS if _bare(band) == _bare(cell)), None)
    if cell and not found:
        faults.append(columns.refusal(line, BAND, "bad-band", f"A band is one of {', '.join(BANDS)}."))
    return found


def _bare(text: str) -> str:
    return "".join(text.lower().split())


def _value(
    columns: Columns, line: Line, name: str, attribute: ZigbeeAttribute, faults: list[Refusal]
) -> ZigbeeValue | None:
    cell = cells.parse_text(columns.cell(line, name))
    try:
        return parse_zigbee_value(attribute, cell) if cell else None
    except ValueError as wrong:
        faults.append(columns.refusal(line, name, "bad-value", str(wrong)))
        return None


def read_orders(path: InputFile, limits: Limits) -> OrderFile:
    """Reads a CSV or workbook that says in what order the versions of stacks came: the lowest number first."""
    book, sheet, columns = _opened(path, limits, ORDER_COLUMNS, ORDER_COLUMNS)
    found = OrderFile(sheet.file, sheet.name, book.sha256)
    placed: dict[str, dict[int, ZigbeeValue]] = {}
    given: dict[str, ZigbeeValue] = {}
    for line in sheet.lines[1:]:
        _placed(columns, line, placed, given, found.refusals)
    for plain, versions in placed.items():
        found.orders[given[plain]] = [versions[place] for place in sorted(versions)]
    return found


def _placed(
    columns: Columns,
    line: Line,
    placed: dict[str, dict[int, ZigbeeValue]],
    given: dict[str, ZigbeeValue],
    refusals: list[Refusal],
) -> None:
    faults: list[Refusal] = []
    vendor = _value(columns, line, STACK_VENDOR, "stack_vendor", faults)
    version = _value(columns, line, STACK_VERSION, "stack_version", faults)
    place = columns.cell(line, ORDER)
    for name, cell in ((STACK_VENDOR, vendor), (STACK_VERSION, version)):
        if cell is None and not any(fault.column == name for fault in faults):
            faults.append(columns.refusal(line, name, "blank-key", "This cell must be filled."))
    if not (place.isascii() and place.isdigit() and len(place) < 10):
        faults.append(columns.refusal(line, ORDER, "bad-order", "A whole number is expected: the lower, the earlier."))
    if vendor and version and not faults:
        faults += _doubled(columns, line, placed.get(vendor.normalised, {}), version, int(place))
    refusals += faults
    if vendor and version and not faults:
        given.setdefault(vendor.normalised, vendor)
        placed.setdefault(vendor.normalised, {})[int(place)] = version


def _doubled(
    columns: Columns, line: Line, versions: dict[int, ZigbeeValue], version: ZigbeeValue, place: int
) -> list[Refusal]:
    if place in versions:
        reason = f"Version {versions[place].given} has this place already."
        return [columns.refusal(line, ORDER, "place-twice", reason)]
    if version.normalised in {one.normalised for one in versions.values()}:
        return [columns.refusal(line, STACK_VERSION, "version-twice", "This version has a place already.")]
    return []
