"""A file of ZigBee facts: the band, which is public, and chipset and stack, which are told in confidence."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from loaders import cells
from loaders.cells import Columns
from loaders.table import Book, File, Line, Sheet, read
from service.domain.clock import BEGINNING
from service.domain.facts import Band
from service.domain.limits import Limits
from service.domain.refusals import Refusal, refuse
from service.domain.zigbee_facts import BANDS, Attribute
from service.domain.zigbee_statements import Statement, Value, value

NUMBER, BAND, FROM = "Entry.number", "ZigBee.band", "Effective_From"
STACK_VENDOR, STACK_VERSION, PLACE = "ZigBee.stack_vendor", "ZigBee.stack_version", "Order"
ATTRIBUTES: dict[str, Attribute] = {
    "ZigBee.chipset_vendor": "chipset_vendor",
    "ZigBee.chipset_part": "chipset_part",
    STACK_VENDOR: "stack_vendor",
    STACK_VERSION: "stack_version",
}
COLUMNS = {attribute: column for column, attribute in ATTRIBUTES.items()}
TOLD = (NUMBER, BAND, *ATTRIBUTES, FROM)
ORDERED = (STACK_VENDOR, STACK_VERSION, PLACE)

Seen = Callable[[int, int], None]


@dataclass
class ZigbeeFile:
    """A file as read: what it says of entries, and what was refused."""

    file: str
    sheet: str | None
    sha256: str
    statements: list[Statement] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    blank: int = 0


@dataclass
class OrderFile:
    """A file as read: for each vendor the versions of its stack in their order, and what was refused."""

    file: str
    sheet: str | None
    sha256: str
    orders: dict[Value, list[Value]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)


def read_zigbee(path: File, limits: Limits, seen: Seen | None = None) -> ZigbeeFile:
    """Reads a CSV or workbook of ZigBee facts.

    Raises FileRefused where the file as a whole is not one; refusals of single rows are returned.
    """
    book, sheet, columns = _opened(path, limits, TOLD, (NUMBER,))
    found = ZigbeeFile(sheet.file, sheet.name, book.sha256)
    first: dict[tuple[str, datetime], int] = {}
    for done, line in enumerate(sheet.lines[1:], start=1):
        _row(columns, line, first, found)
        if seen:
            seen(done, len(sheet.lines) - 1)
    return found


def _opened(path: File, limits: Limits, known: tuple[str, ...], needed: tuple[str, ...]) -> tuple[Book, Sheet, Columns]:
    book = read(path, limits)
    names = book.sheet_names
    sheet = book.sheet(next((n for n in names if _headed(book.sheet(n), needed)), next(iter(names), None)))
    header = [cell.strip() for cell in sheet.lines[0].cells] if sheet.lines else []
    columns, strange, twice = cells.columns(sheet, header, known)
    faults = cells.headed(columns, needed, twice)
    told = f"The columns are {', '.join(known)}."
    faults += [columns.refusal(None, name, "unknown-column", told) for name in strange]
    if faults:
        raise refuse(faults)
    return book, sheet, columns


def _headed(sheet: Sheet, needed: tuple[str, ...]) -> bool:
    header = {cell.strip().lower() for cell in sheet.lines[0].cells} if sheet.lines else set()
    return header >= {name.lower() for name in needed}


def _row(columns: Columns, line: Line, first: dict[tuple[str, datetime], int], found: ZigbeeFile) -> None:
    faults: list[Refusal] = []
    entry = cells.entry(columns, line, NUMBER, faults)
    since = cells.instant(columns, line, FROM, faults)
    band = _band(columns, line, faults)
    said = {a: v for name, a in ATTRIBUTES.items() if (v := _value(columns, line, name, a, faults))}
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
    found.statements.append(Statement(entry, said, band, since, line.number))


def _band(columns: Columns, line: Line, faults: list[Refusal]) -> Band | None:
    """One of the form's own words, in any case and with or without spaces."""
    cell = columns.cell(line, BAND)
    found = next((band for band in BANDS if _bare(band) == _bare(cell)), None)
    if cell and not found:
        faults.append(columns.refusal(line, BAND, "bad-band", f"A band is one of {', '.join(BANDS)}."))
    return found


def _bare(text: str) -> str:
    return "".join(text.lower().split())


def _value(columns: Columns, line: Line, name: str, attribute: Attribute, faults: list[Refusal]) -> Value | None:
    cell = cells.text(columns.cell(line, name))
    try:
        return value(attribute, cell) if cell else None
    except ValueError as wrong:
        faults.append(columns.refusal(line, name, "bad-value", str(wrong)))
        return None


def read_orders(path: File, limits: Limits) -> OrderFile:
    """Reads a CSV or workbook that says in what order the versions of stacks came: the lowest number first."""
    book, sheet, columns = _opened(path, limits, ORDERED, ORDERED)
    found = OrderFile(sheet.file, sheet.name, book.sha256)
    placed: dict[str, dict[int, Value]] = {}
    given: dict[str, Value] = {}
    for line in sheet.lines[1:]:
        _placed(columns, line, placed, given, found.refusals)
    for plain, versions in placed.items():
        found.orders[given[plain]] = [versions[place] for place in sorted(versions)]
    return found


def _placed(
    columns: Columns,
    line: Line,
    placed: dict[str, dict[int, Value]],
    given: dict[str, Value],
    refusals: list[Refusal],
) -> None:
    faults: list[Refusal] = []
    vendor = _value(columns, line, STACK_VENDOR, "stack_vendor", faults)
    version = _value(columns, line, STACK_VERSION, "stack_version", faults)
    place = columns.cell(line, PLACE)
    for name, cell in ((STACK_VENDOR, vendor), (STACK_VERSION, version)):
        if cell is None and not any(fault.column == name for fault in faults):
            faults.append(columns.refusal(line, name, "blank-key", "This cell must be filled."))
    if not (place.isascii() and place.isdigit() and len(place) < 10):
        faults.append(columns.refusal(line, PLACE, "bad-order", "A whole number is expected: the lower, the earlier."))
    if vendor and version and not faults:
        faults += _doubled(columns, line, placed.get(vendor.plain, {}), version, int(place))
    refusals += faults
    if vendor and version and not faults:
        given.setdefault(vendor.plain, vendor)
        placed.setdefault(vendor.plain, {})[int(place)] = version


def _doubled(columns: Columns, line: Line, versions: dict[int, Value], version: Value, place: int) -> list[Refusal]:
    if place in versions:
        reason = f"Version {versions[place].given} has this place already."
        return [columns.refusal(line, PLACE, "place-twice", reason)]
    if version.plain in {one.plain for one in versions.values()}:
        return [columns.refusal(line, STACK_VERSION, "version-twice", "This version has a place already.")]
    return []
