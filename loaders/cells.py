"""From a sheet's cells to typed rows: the columns by name, each cell read by the rule of its attribute."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from loaders.table import Line, Sheet
from service.domain.clock import parse_instant
from service.domain.names import parse_entry_number, parse_hex
from service.domain.refusals import Refusal

CellParser = Callable[[str], str]


@dataclass(frozen=True)
class Columns:
    """Where each named column stands. Names are compared without case and spaces at the ends."""

    sheet: Sheet
    places: dict[str, int]

    def __contains__(self, name: str) -> bool:
        return name in self.places

    def cell(self, line: Line, name: str) -> str:
        """The cell of a column, stripped; blank where the row is short or the column absent."""
        place = self.places.get(name)
        return line.cells[place].strip() if place is not None and place < len(line.cells) else ""

    def refusal(self, line: Line | None, name: str, code: str, reason: str) -> Refusal:
        """A refusal that names the cell."""
        return Refusal(
            file=self.sheet.file,
            sheet=self.sheet.name,
            line=line.number if line else None,
            column=name,
            value=self.cell(line, name)[:100] if line else None,
            code=code,
            reason=reason,
        )


def heading_refusals(columns: Columns, needed: Sequence[str], twice: Sequence[str]) -> list[Refusal]:
    """What is wrong with the headings: a column that must be there and is not, or one that stands twice."""
    faults = [
        columns.refusal(None, name, "missing-column", "This column must be there.")
        for name in needed
        if name not in columns
    ]
    return faults + [columns.refusal(None, name, "column-twice", "This column stands there twice.") for name in twice]


def find_columns(sheet: Sheet, header: Sequence[str], known: Sequence[str]) -> tuple[Columns, list[str], list[str]]:
    """The columns that are known, the headings that are not, and those that stand twice."""
    wanted = {_plain(name): name for name in known}
    places: dict[str, int] = {}
    strange, twice = [], []
    for place, heading in enumerate(header):
        name = wanted.get(_plain(heading))
        if name is None:
            strange += [heading.strip()] if heading.strip(" .") else []
        elif name in places:
            twice.append(name)
        else:
            places[name] = place
    return Columns(sheet, places), strange, twice


def _plain(heading: str) -> str:
    return re.sub(r"\s+", " ", heading).strip().lower()


def parse_text(cell: str) -> str:
    """Text as it stands, without spaces at the ends and without the control characters that no list means."""
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", cell).strip()


def parse_number(cell: str) -> str:
    """An entry number, six digits."""
    return parse_entry_number(cell)


def hex_parser(count: int) -> CellParser:
    """Exactly so many hex digits, with or without colons."""
    return lambda cell: parse_hex(cell, count)


def parse_image_hash(cell: str) -> str:
    """Blank, or a SHA-256 as 64 hex digits."""
    return parse_hex(cell, 64) if cell else ""


def parse_status(cell: str) -> str:
    """`Current` or `Removed`, in any case: the list knows no other."""
    found = cell.capitalize()
    if found not in ("Current", "Removed"):
        raise ValueError("a status is Current or Removed")
    return found


_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def parse_date(cell: str) -> str:
    """A date as ISO text: dd/mm/yyyy, dd-mm-yyyy or ISO. What is none of these stays as it stands."""
    found = _DAY_FIRST.fullmatch(cell)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1])).isoformat()
        return datetime.fromisoformat(cell).date().isoformat() if len(cell) in (10, 19) else parse_text(cell)
    except ValueError:
        return parse_text(cell)


def is_date(cell: str) -> bool:
    """Whether a date was readable."""
    try:
        return len(cell) == 10 and bool(date.fromisoformat(cell))
    except ValueError:
        return False


def read_entry(columns: Columns, line: Line, name: str, faults: list[Refusal]) -> str:
    """An entry number, which must be there; where it is none, that is a fault, and it is blank."""
    try:
        return parse_entry_number(columns.cell(line, name))
    except ValueError as wrong:
        code = "bad-number" if columns.cell(line, name) else "blank-key"
        faults.append(columns.refusal(line, name, code, str(wrong)))
        return ""


def read_instant(columns: Columns, line: Line, name: str, faults: list[Refusal]) -> datetime | None:
    """An instant or a date, or None for a blank; where it is neither, that is a fault."""
    cell = columns.cell(line, name)
    try:
        return parse_instant(cell) if cell else None
    except ValueError as wrong:
        faults.append(columns.refusal(line, name, "bad-date", str(wrong)))
        return None
