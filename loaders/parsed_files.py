"""Opens the table of a file by its columns, and keeps the refusals and remarks of a parsed file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from loaders.columns import Columns, find_columns, normalise_heading
from loaders.csv_file import COMMA_SEPARATED, SEPARATORS
from loaders.sheet_choice import choose_sheet
from loaders.table import InputFile, Line, Sheet, TableFile, open_table
from loaders.zip_archive import refuse_file
from service.domain import fir_columns
from service.domain.limits import Limits
from service.domain.refusals import LoadRemark, Refusal, refusal_error

RowKey = tuple[str, datetime]
"""The entry number of a row, and the instant from which the facts of the row hold."""


@dataclass(frozen=True)
class ColumnTable:
    """An opened table: the file, its columns by name, the lines below the heading row, and remarks on the sheet."""

    book: TableFile
    columns: Columns
    lines: tuple[Line, ...]
    remarks: list[LoadRemark]


@dataclass
class ParsedFile:
    """A parsed file: its name, the sheet that was parsed (None for CSV), its SHA-256 digest, and its refused rows.

    `remarks` concern the sheet as a whole. `blank` counts the rows that state no fact.
    """

    file: str
    sheet: str | None
    sha256: str
    refusals: list[Refusal] = field(default_factory=list, kw_only=True)
    remarks: list[LoadRemark] = field(default_factory=list, kw_only=True)
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
        self.refusals += columns.distinct(line, faults)
        self.blank += not (has_facts or faults)
        return accepted


def open_columns(path: InputFile, limits: Limits, required: Sequence[str]) -> ColumnTable:
    """Opens a CSV file, or the sheet of a workbook that has the required columns. Ignores other columns.

    Commas, semicolons or tabs may separate the columns of a CSV file. Raises FileRefused where a required column is
    missing or appears twice, and where several sheets have the columns.
    """
    book = open_table(path, limits)
    sheet = choose_sheet(book, _fit(required))
    columns, _, faults = find_columns(sheet, required, required)
    return _column_table(book, columns, faults)


def open_known_columns(
    path: InputFile,
    limits: Limits,
    known: Sequence[str],
    required: Sequence[str],
    ignored: Sequence[str] = (),
    unmerged: Sequence[str] = (),
) -> ColumnTable:
    """Opens a CSV file, or the sheet of a workbook that has the required columns.

    Raises FileRefused where a required column is missing, where a column appears twice, for a column with a name that
    is neither in `known` nor in `ignored`, and for a CSV file of which the columns are not separated by commas.
    """
    book = open_table(path, limits)
    sheet = choose_sheet(book, _fit(required))
    require_commas(sheet)
    columns, unknown, faults = find_columns(sheet, (*known, *ignored), required, unmerged=unmerged)
    reason = f"The columns are {', '.join(known)}."
    return _column_table(
        book, columns, faults + [columns.refusal(None, name, "unknown-column", reason) for name in unknown]
    )


def require_commas(sheet: Sheet) -> None:
    """Raises FileRefused for a CSV file of which semicolons or tabs separate the columns."""
    if sheet.separator != ",":
        reason = f"the columns are separated by {SEPARATORS[sheet.separator]}; save the file as {COMMA_SEPARATED}"
        raise refuse_file(file=sheet.file, line=sheet.lines[0].number, code="other-separator", reason=reason)


def _fit(required: Sequence[str]) -> Callable[[Sequence[str]], bool]:
    needed = {normalise_heading(name) for name in required}
    return lambda headings: needed <= set(map(normalise_heading, headings))


def _column_table(book: TableFile, columns: Columns, faults: list[Refusal]) -> ColumnTable:
    if faults:
        raise refusal_error(faults)
    lines = columns.sheet.lines[1:]
    return ColumnTable(book, columns, lines, columns.remarks(lines))
