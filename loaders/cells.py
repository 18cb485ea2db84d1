"""Parses the text of single cells. Most parsers return the value, or raise ValueError with the expected form."""

import re
from collections.abc import Callable
from datetime import date, datetime

from loaders.columns import Columns
from loaders.table import Line
from service.domain.clock import parse_instant
from service.domain.names import parse_entry_number, parse_hex
from service.domain.refusals import Refusal

CellParser = Callable[[str], str]
UpgradePath = tuple[str, ...]
_NOT_APPLICABLE = re.compile(r"n\s*/?\s*a", re.I)


def parse_text(cell: str) -> str:
    """Returns the text of a cell without spaces at its ends and without control characters."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", cell).strip()


def hex_parser(count: int) -> CellParser:
    """Returns a parser for cells with exactly `count` hex digits, with or without colons between them."""
    return lambda cell: parse_hex(cell, count)


def parse_image_hash(cell: str) -> str:
    """Parses a SHA-256 of 64 hex digits. Returns a blank for a blank cell, and raises ValueError for any other text."""
    return parse_hex(cell, 64) if cell else ""


def parse_status(cell: str) -> str:
    """Parses the status of an entry in any case of its letters. Returns `Current` or `Removed`, and raises ValueError
    for any other text.
    """
    status = cell.capitalize()
    if status not in ("Current", "Removed"):
        raise ValueError("the status must be Current or Removed")
    return status


_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def parse_date(cell: str) -> str:
    """Parses a date in the form dd/mm/yyyy, dd-mm-yyyy, dd.mm.yyyy or ISO. Returns it as ISO text, and any other text
    unchanged.
    """
    match = _DAY_FIRST.fullmatch(cell)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
        return datetime.fromisoformat(cell).date().isoformat() if len(cell) in (10, 19) else parse_text(cell)
    except ValueError:
        return parse_text(cell)


def is_date(cell: str) -> bool:
    """Returns whether a text that `parse_date` returned is an ISO date."""
    try:
        return len(cell) == 10 and bool(date.fromisoformat(cell))
    except ValueError:
        return False


def read_entry(columns: Columns, line: Line, name: str, faults: list[Refusal]) -> str:
    """Returns the entry number in a cell.

    For a blank or malformed cell, returns a blank and adds a refusal to `faults`.
    """
    try:
        return parse_entry_number(columns.cell(line, name))
    except ValueError as error:
        code = "bad-number" if columns.cell(line, name) else "blank-key"
        faults.append(columns.refusal(line, name, code, str(error)))
        return ""


def read_instant(columns: Columns, line: Line, name: str, faults: list[Refusal]) -> datetime | None:
    """Returns the instant in a cell, or None for a blank cell.

    For a malformed cell, returns None and adds a refusal to `faults`.
    """
    cell = columns.cell(line, name)
    try:
        return parse_instant(cell) if cell else None
    except ValueError as error:
        faults.append(columns.refusal(line, name, "bad-date", str(error)))
        return None


def read_upgrade_path(cell: str, columns: Columns, line: Line, name: str, faults: list[Refusal]) -> UpgradePath | None:
    """Returns the bases that a Firmware Upgrade Path cell names: an empty tuple for N/A (no base), None for a blank
    cell.

    A blank cell declares nothing. For a malformed cell, returns None and adds refusals to `faults`.
    """
    # Alt+Enter in a cell of Excel makes a new line.
    parts = [part.strip() for part in re.split(r"[;,\r\n]", cell) if part.strip()]
    if not parts:
        if cell:
            reason = "there is no entry number between the separators: name the bases, or leave the cell blank"
            faults.append(columns.refusal(line, name, "bad-value", reason))
        return None
    not_applicable = any(_NOT_APPLICABLE.fullmatch(part) for part in parts)
    if not_applicable and len(parts) > 1:
        faults.append(columns.refusal(line, name, "none-mixed", "N/A must stand alone: remove it or the other values"))
        return None
    return () if not_applicable else _read_numbers(parts, columns, line, name, faults)


def _read_numbers(
    parts: list[str], columns: Columns, line: Line, name: str, faults: list[Refusal]
) -> UpgradePath | None:
    numbers = []
    for part in parts:
        try:
            numbers.append(parse_entry_number(part))
        except ValueError as error:
            faults.append(columns.refusal(line, name, "bad-number", str(error)))
    return tuple(numbers) if len(numbers) == len(parts) else None
