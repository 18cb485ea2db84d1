"""Parsers of cells: each returns the value of one attribute, or raises ValueError with what is expected."""

import re
from collections.abc import Callable
from datetime import date, datetime

from loaders.columns import Columns
from loaders.table import Line
from service.domain.clock import parse_instant
from service.domain.names import parse_entry_number, parse_hex
from service.domain.refusals import Refusal

CellParser = Callable[[str], str]


def parse_text(cell: str) -> str:
    """The text without spaces at its ends and without control characters."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", cell).strip()


def parse_number(cell: str) -> str:
    """An entry number, six digits."""
    return parse_entry_number(cell)


def hex_parser(count: int) -> CellParser:
    """A parser of exactly `count` hex digits, with or without colons."""
    return lambda cell: parse_hex(cell, count)


def parse_image_hash(cell: str) -> str:
    """Blank, or a SHA-256 as 64 hex digits."""
    return parse_hex(cell, 64) if cell else ""


def parse_status(cell: str) -> str:
    """`Current` or `Removed`, in any case."""
    status = cell.capitalize()
    if status not in ("Current", "Removed"):
        raise ValueError("the status must be Current or Removed")
    return status


_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def parse_date(cell: str) -> str:
    """A date as ISO text, from dd/mm/yyyy, dd-mm-yyyy, dd.mm.yyyy or ISO. Any other text is returned unchanged."""
    match = _DAY_FIRST.fullmatch(cell)
    try:
        if match:
            return date(int(match[3]), int(match[2]), int(match[1])).isoformat()
        return datetime.fromisoformat(cell).date().isoformat() if len(cell) in (10, 19) else parse_text(cell)
    except ValueError:
        return parse_text(cell)


def is_date(cell: str) -> bool:
    """Whether `parse_date` has returned an ISO date."""
    try:
        return len(cell) == 10 and bool(date.fromisoformat(cell))
    except ValueError:
        return False


def read_entry(columns: Columns, line: Line, name: str, faults: list[Refusal]) -> str:
    """The entry number of a cell. A blank or malformed cell gives a blank, and appends its refusal to `faults`."""
    try:
        return parse_entry_number(columns.cell(line, name))
    except ValueError as error:
        code = "bad-number" if columns.cell(line, name) else "blank-key"
        faults.append(columns.refusal(line, name, code, str(error)))
        return ""


def read_instant(columns: Columns, line: Line, name: str, faults: list[Refusal]) -> datetime | None:
    """The instant of a cell, None for a blank. A malformed cell gives None, and appends its refusal to `faults`."""
    cell = columns.cell(line, name)
    try:
        return parse_instant(cell) if cell else None
    except ValueError as error:
        faults.append(columns.refusal(line, name, "bad-date", str(error)))
        return None
