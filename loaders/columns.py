"""The heading row of a sheet: which column has which name, and refusals that name a cell by its column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from loaders.table import InputFile, Line, Sheet, TableFile, open_table
from service.domain.limits import Limits
from service.domain.refusals import Refusal, refusal_error

SHOWN_CHARS = 100


@dataclass(frozen=True)
class Columns:
    """The position of each named column. Names match in any case, without spaces at their ends."""

    sheet: Sheet
    positions: dict[str, int]

    def __contains__(self, name: str) -> bool:
        return name in self.positions

    def cell(self, line: Line, name: str) -> str:
        """The stripped cell of a column; blank where the row is short or the sheet has no such column."""
        position = self.positions.get(name)
        return line.cells[position].strip() if position is not None and position < len(line.cells) else ""

    def refusal(self, line: Line | None, name: str, code: str, reason: str) -> Refusal:
        """The refusal of a cell, or of a heading where `line` is None."""
        return Refusal(
            file=self.sheet.file,
            sheet=self.sheet.name,
            line=line.number if line else None,
            column=name,
            value=self.cell(line, name)[:SHOWN_CHARS] if line else None,
            code=code,
            reason=reason,
        )


@dataclass(frozen=True)
class ColumnTable:
    """An opened file, its columns by name, and the lines below the headings."""

    book: TableFile
    columns: Columns
    lines: tuple[Line, ...]


def open_columns(path: InputFile, limits: Limits, known: Sequence[str], required: Sequence[str]) -> ColumnTable:
    """Opens a CSV file or the first sheet of a workbook. Columns that are not known are ignored.

    Raises FileRefused where a required column is missing or a known one stands twice.
    """
    book = open_table(path, limits)
    return _column_table(book, book.sheet(next(iter(book.sheet_names), None)), known, required)


def open_known_columns(
    path: InputFile, limits: Limits, known: Sequence[str], required: Sequence[str], ignored: Sequence[str] = ()
) -> ColumnTable:
    """Opens a CSV file, or the first sheet of a workbook whose headings have the required columns.

    Raises FileRefused where a required column is missing, where a column stands twice, and for an unknown column.
    """
    book = open_table(path, limits)
    names = book.sheet_names
    name = next((name for name in names if _has_columns(book.sheet(name), required)), next(iter(names), None))
    return _column_table(book, book.sheet(name), (*known, *ignored), required, f"The columns are {', '.join(known)}.")


def _column_table(
    book: TableFile, sheet: Sheet, known: Sequence[str], required: Sequence[str], unknown_reason: str = ""
) -> ColumnTable:
    columns, unknown, repeated = find_columns(sheet, _headings(sheet), known)
    faults = heading_refusals(columns, required, repeated)
    if unknown_reason:
        faults += [columns.refusal(None, name, "unknown-column", unknown_reason) for name in unknown]
    if faults:
        raise refusal_error(faults)
    return ColumnTable(book, columns, sheet.lines[1:])


def _headings(sheet: Sheet) -> list[str]:
    return [cell.strip() for cell in sheet.lines[0].cells] if sheet.lines else []


def _has_columns(sheet: Sheet, names: Sequence[str]) -> bool:
    return {heading.lower() for heading in _headings(sheet)} >= {name.lower() for name in names}


def heading_refusals(columns: Columns, required: Sequence[str], repeated: Sequence[str]) -> list[Refusal]:
    """The refusals of a heading row: one for each missing column, and one for each column that stands twice."""
    missing = [name for name in required if name not in columns]
    faults = [columns.refusal(None, name, "missing-column", "The file must have this column.") for name in missing]
    return faults + [
        columns.refusal(None, name, "column-twice", "The file has this column twice; keep one.") for name in repeated
    ]


def find_columns(sheet: Sheet, headings: Sequence[str], known: Sequence[str]) -> tuple[Columns, list[str], list[str]]:
    """The known columns, the unknown headings, and the names of known columns that stand twice."""
    names = {_normalise(name): name for name in known}
    positions: dict[str, int] = {}
    unknown, repeated = [], []
    for position, heading in enumerate(headings):
        name = names.get(_normalise(heading))
        if name is None:
            unknown += [heading.strip()] if heading.strip(" .") else []
        elif name in positions:
            repeated.append(name)
        else:
            positions[name] = position
    return Columns(sheet, positions), unknown, repeated


def _normalise(heading: str) -> str:
    return re.sub(r"\s+", " ", heading).strip().lower()
