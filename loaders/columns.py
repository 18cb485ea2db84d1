"""Finds the named columns of a sheet by its heading row, and builds refusals that name a cell by line and column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from loaders.table import InputFile, Line, Sheet, TableFile, open_table
from service.domain import fir_columns
from service.domain.limits import Limits
from service.domain.refusals import Refusal, refusal_error

SHOWN_CHARS = 100

RowKey = tuple[str, datetime]
"""The entry number of a row, and the instant from which the facts of the row hold."""


@dataclass(frozen=True)
class Columns:
    """The position of each named column of a sheet. Letter case and spaces at the ends of a name do not matter."""

    sheet: Sheet
    positions: dict[str, int]

    def __contains__(self, name: str) -> bool:
        return name in self.positions

    def cell(self, line: Line, name: str) -> str:
        """Returns the cell of a line in the column named, without spaces at its ends.

        Returns a blank if the line is too short, or if the sheet has no such column.
        """
        position = self.positions.get(name)
        return line.cells[position].strip() if position is not None and position < len(line.cells) else ""

    def refusal(self, line: Line | None, name: str, code: str, reason: str) -> Refusal:
        """Builds the refusal of the cell in the line and column given, or of the column's heading if `line` is None."""
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
    """An opened CSV file or sheet: the file, its columns by name, and the lines below the heading row."""

    book: TableFile
    columns: Columns
    lines: tuple[Line, ...]


@dataclass
class ParsedFile:
    """A parsed file: its name, the sheet that was parsed (None for CSV), its SHA-256 digest, and its refused rows.

    `blank` counts the rows that state no fact.
    """

    file: str
    sheet: str | None
    sha256: str
    refusals: list[Refusal] = field(default_factory=list, kw_only=True)
    blank: int = field(default=0, kw_only=True)
    _first_lines: dict[RowKey, int] = field(default_factory=dict, kw_only=True, repr=False)

    def accept_row(self, columns: Columns, line: Line, key: RowKey, faults: list[Refusal], has_facts: bool) -> bool:
        """Returns whether a row of the file is accepted: it has no faults, states facts, and its key is new in the
        file.

        Adds the refusals of any other row to the refusals of the file, or counts it as blank.
        """
        if has_facts and not faults and key in self._first_lines:
            reason = f"Line {self._first_lines[key]} has {key[0]} from the same date; keep one of the two lines."
            faults.append(columns.refusal(line, fir_columns.NUMBER, "entry-twice", reason))
        accepted = has_facts and not faults
        if accepted:
            self._first_lines[key] = line.number
        self.refusals += faults
        self.blank += not (has_facts or faults)
        return accepted


def open_columns(path: InputFile, limits: Limits, known: Sequence[str], required: Sequence[str]) -> ColumnTable:
    """Opens a CSV file or the first sheet of a workbook. Ignores columns whose names are not in `known`.

    Raises FileRefused if a required column is missing, or a known column appears twice.
    """
    book = open_table(path, limits)
    return _column_table(book, book.sheet(next(iter(book.sheet_names), None)), known, required)


def open_known_columns(
    path: InputFile, limits: Limits, known: Sequence[str], required: Sequence[str], ignored: Sequence[str] = ()
) -> ColumnTable:
    """Opens a CSV file, or the first sheet of a workbook that has the required columns.

    Raises FileRefused if a required column is missing, if a column appears twice, and for a column with a name that is
    neither in `known` nor in `ignored`.
    """
    book = open_table(path, limits)
    names, needed = book.sheet_names, {name.lower() for name in required}
    fitting = (name for name in names if needed <= {heading.lower() for heading in _headings(book.sheet(name))})
    name = next(fitting, next(iter(names), None))
    return _column_table(book, book.sheet(name), (*known, *ignored), required, f"The columns are {', '.join(known)}.")


def _column_table(
    book: TableFile, sheet: Sheet, known: Sequence[str], required: Sequence[str], unknown_reason: str = ""
) -> ColumnTable:
    columns, unknown, faults = find_columns(sheet, _headings(sheet), known, required)
    if unknown_reason:
        faults += [columns.refusal(None, name, "unknown-column", unknown_reason) for name in unknown]
    if faults:
        raise refusal_error(faults)
    return ColumnTable(book, columns, sheet.lines[1:])


def _headings(sheet: Sheet) -> list[str]:
    return [cell.strip() for cell in sheet.lines[0].cells] if sheet.lines else []


def find_columns(
    sheet: Sheet, headings: Sequence[str], known: Sequence[str], required: Sequence[str]
) -> tuple[Columns, list[str], list[Refusal]]:
    """Returns the known columns of a sheet, the unknown headings, and a refusal for each missing or repeated column."""
    names = {_normalise(name): name for name in known}
    columns = Columns(sheet, {})
    unknown, repeated = [], []
    for position, heading in enumerate(headings):
        name = names.get(_normalise(heading))
        if name is None:
            unknown += [heading.strip()] if heading.strip(" .") else []
        elif name in columns:
            repeated.append(name)
        else:
            columns.positions[name] = position
    refusal, missing = partial(columns.refusal, None), [name for name in required if name not in columns]
    faults = [refusal(name, "missing-column", "The file must have this column.") for name in missing]
    faults += [refusal(name, "column-twice", "The file has this column twice; keep one.") for name in repeated]
    return columns, unknown, faults


def _normalise(heading: str) -> str:
    return re.sub(r"\s+", " ", heading).strip().lower()
