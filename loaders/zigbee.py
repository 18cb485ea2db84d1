"""Parses files of ZigBee data: bands (public), chipsets and stacks, and the order of stack versions (restricted)."""

from dataclasses import dataclass, field

from loaders import cells
from loaders.columns import Columns
from loaders.parsed_files import ParsedFile, open_known_columns
from loaders.table import InputFile, Line, OnProgress, each_line
from service.domain.clock import BEGINNING
from service.domain.facts import Band
from service.domain.limits import Limits
from service.domain.refusals import Refusal
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


@dataclass
class ZigbeeFile(ParsedFile):
    """A parsed file of ZigBee facts: the band, chipset and stack that each accepted row states for its entry."""

    statements: list[ZigbeeStatement] = field(default_factory=list)


@dataclass
class OrderFile(ParsedFile):
    """A parsed file with the order of ZigBee stack versions: for each stack vendor its versions, earliest first."""

    orders: dict[ZigbeeValue, list[ZigbeeValue]] = field(default_factory=dict)


def read_zigbee(path: InputFile, limits: Limits, on_progress: OnProgress | None = None) -> ZigbeeFile:
    """Parses a CSV file or workbook that states the ZigBee band, chipset and stack of entries.

    `on_progress` gets the number of rows read and of all rows. Raises FileRefused if the file as a whole is malformed;
    the result contains the refusals of single rows.
    """
    table = open_known_columns(path, limits, KNOWN_COLUMNS, (NUMBER,))
    sheet = table.columns.sheet
    result = ZigbeeFile(sheet.file, sheet.name, table.book.sha256, remarks=table.remarks)
    for line in each_line(table.lines, on_progress):
        _read_row(table.columns, line, result)
    return result


def _read_row(columns: Columns, line: Line, result: ZigbeeFile) -> None:
    faults = columns.line_faults(line)
    entry = cells.read_entry(columns, line, NUMBER, faults)
    since = cells.read_instant(columns, line, FROM, faults)
    band = _read_band(columns, line, faults)
    values = {
        attribute: value
        for name, attribute in ZIGBEE_COLUMNS.items()
        if (value := _read_value(columns, line, name, attribute, faults))
    }
    if result.accept_row(columns, line, (entry, since or BEGINNING), faults, bool(band or values)):
        result.statements.append(ZigbeeStatement(entry, values, band, since, line.number))


def _read_band(columns: Columns, line: Line, faults: list[Refusal]) -> Band | None:
    """Returns the ZigBee band of a row, in any case and with or without spaces, or None for a blank cell."""
    cell = columns.cell(line, BAND)
    band = next((band for band in BANDS if _normalise(band) == _normalise(cell)), None)
    if cell and not band:
        faults.append(columns.refusal(line, BAND, "bad-band", f"The band must be one of {', '.join(BANDS)}."))
    return band


def _normalise(text: str) -> str:
    return "".join(text.lower().split())


def _read_value(
    columns: Columns, line: Line, name: str, attribute: ZigbeeAttribute, faults: list[Refusal]
) -> ZigbeeValue | None:
    cell = cells.parse_text(columns.cell(line, name))
    try:
        return parse_zigbee_value(attribute, cell) if cell else None
    except ValueError as error:
        faults.append(columns.refusal(line, name, "bad-value", str(error)))
        return None


def read_orders(path: InputFile, limits: Limits) -> OrderFile:
    """Parses a CSV file or workbook with the order of ZigBee stack versions: the lowest number is the earliest version.

    Raises FileRefused if the file as a whole is malformed; the result contains the refusals of single rows.
    """
    table = open_known_columns(path, limits, ORDER_COLUMNS, ORDER_COLUMNS)
    sheet = table.columns.sheet
    result = OrderFile(sheet.file, sheet.name, table.book.sha256, remarks=table.remarks)
    positions: dict[str, dict[int, ZigbeeValue]] = {}
    vendors: dict[str, ZigbeeValue] = {}
    for line in table.lines:
        _read_position(table.columns, line, positions, vendors, result.refusals)
    for vendor, versions in positions.items():
        result.orders[vendors[vendor]] = [versions[position] for position in sorted(versions)]
    return result


def _read_position(
    columns: Columns,
    line: Line,
    positions: dict[str, dict[int, ZigbeeValue]],
    vendors: dict[str, ZigbeeValue],
    refusals: list[Refusal],
) -> None:
    faults = columns.line_faults(line)
    vendor = _read_value(columns, line, STACK_VENDOR, "stack_vendor", faults)
    version = _read_value(columns, line, STACK_VERSION, "stack_version", faults)
    position = columns.cell(line, ORDER)
    for name, value in ((STACK_VENDOR, vendor), (STACK_VERSION, version)):
        if value is None and not any(fault.column == name for fault in faults):
            faults.append(columns.refusal(line, name, "blank-key", "This cell must be filled."))
    if not (position.isascii() and position.isdigit() and len(position) < 10):
        reason = "A whole number below 1,000,000,000 is expected; a lower number is an earlier version."
        faults.append(columns.refusal(line, ORDER, "bad-order", reason))
    if vendor and version and not faults:
        faults += _repetitions(columns, line, positions.get(vendor.normalised, {}), version, int(position))
    refusals += columns.distinct(line, faults)
    if vendor and version and not faults:
        vendors.setdefault(vendor.normalised, vendor)
        positions.setdefault(vendor.normalised, {})[int(position)] = version


def _repetitions(
    columns: Columns, line: Line, versions: dict[int, ZigbeeValue], version: ZigbeeValue, position: int
) -> list[Refusal]:
    if position in versions:
        reason = f"Version {versions[position].given} of this vendor has the same number; each needs its own."
        return [columns.refusal(line, ORDER, "place-twice", reason)]
    if version.normalised in {earlier.normalised for earlier in versions.values()}:
        reason = "An earlier line has this version of this vendor; keep one."
        return [columns.refusal(line, STACK_VERSION, "version-twice", reason)]
    return []
