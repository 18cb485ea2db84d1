"""Reads XLSX and XLSM workbooks: checks the size of a sheet, then reads a copy of this sheet alone, as text."""

import datetime
import tempfile
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from loaders.number_formats import AS_TEXT, GENERAL, UnshownNumber, number_format, number_text, stored_text
from loaders.sheet_check import SheetCheck, too_many_merges
from loaders.sheet_scan import (
    ERROR,
    NO_RESULT,
    SheetExtent,
    SheetMarks,
    column_letters,
    pack_mark,
    scan_sheet,
    unpack_mark,
)
from loaders.workbook_package import WorkbookPackage
from loaders.zip_archive import CELL_BYTES, Archive
from service.domain.limits import Limits
from service.domain.refusals import Refusal, refusal_error

SHOWN_CHARS = 40
SHOWN_ERROR = "the cell shows an error instead of a value"
UNSTORED = "the formula has no stored result; open and save the workbook in Excel"
NO_STYLE = f"the format of the cell is missing in the workbook; {AS_TEXT}"

CellFaults = tuple[tuple[int, str, str], ...]
"""The position, the code and the reason of each cell of a row of which the text shown is not known."""

WorkbookRow = tuple[int, tuple[str, ...], CellFaults]
"""A row of a sheet: its number, its cells as text, and its faults."""


@dataclass(frozen=True)
class SheetRows:
    """A sheet that was checked: its rows, which are read on demand, and the marks of its cells."""

    rows: Generator[WorkbookRow]
    marks: SheetMarks


class Workbook:
    """The worksheets of a workbook. `sheet` unpacks one of them on demand."""

    def __init__(self, file: str, data: bytes, limits: Limits) -> None:
        self._file, self._limits = file, limits
        self._archive = Archive(file, data, limits)
        self._package = WorkbookPackage(self._archive)

    @property
    def names(self) -> tuple[str, ...]:
        """Returns the names of the worksheets in their order, including hidden ones, but not the names of chart
        sheets.
        """
        return tuple(self._package.sheets)

    @property
    def hidden(self) -> frozenset[str]:
        """Returns the names of the worksheets that Excel does not show."""
        return frozenset(self._package.hidden)

    def sheet(self, name: str) -> SheetRows:
        """Returns the rows of one sheet with their numbers, without the blank cells at the end of a row.

        Raises FileRefused for a sheet whose size exceeds the limits.
        """
        part, refusal = self._package.sheets[name], partial(Refusal, file=self._file, sheet=name)
        formats = self._package.number_formats
        scanned = scan_sheet(self._archive.stream(part), formats, partial(too_many_merges, refusal))
        if scanned and scanned[0].cells * CELL_BYTES > self._limits.unpacked_bytes:
            raise self._archive.too_large_error(
                f"the sheet {name!r} takes {scanned[0].cells * CELL_BYTES:,} bytes of cells"
            )
        if scanned is None or not self._fits(scanned[0]):
            marks = SheetCheck(self._limits, self._package.lengths, formats, refusal).run(self._archive, part)
        else:
            marks = scanned[1]
        shown = ShownCells(marks, formats, self._package.date1904)
        return SheetRows(self._rows(part, shown, refusal), marks)

    def _rows(self, part: str, shown: "ShownCells", refusal: partial[Refusal]) -> Generator[WorkbookRow]:
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
            self._package.copy_alone(part, copy)
            yield from read_rows(copy.name, shown, self._limits, refusal)

    def _fits(self, extent: SheetExtent) -> bool:
        within = extent.rows <= self._limits.rows and extent.columns <= self._limits.columns
        copied_chars = extent.cells * max(self._package.lengths, default=0)
        return within and max(extent.rows * extent.columns * CELL_BYTES, copied_chars) <= self._limits.unpacked_bytes


class ShownCells:
    """The text that Excel shows for the marked cells of a sheet, which the caller takes row by row."""

    def __init__(self, marks: SheetMarks, formats: Sequence[str], date1904: bool) -> None:
        self._error_values, self._formats, self._date1904 = marks.error_values, formats, date1904
        marked = marks.cells
        in_order = all(marked[i] <= marked[i + 1] for i in range(len(marked) - 1))
        self._marked = marked if in_order else sorted(marked)
        self._next = 0

    def show(self, row: int, left: int, values: list[Any]) -> CellFaults:
        """Replaces the marked values of a row by their text, and returns those of which the text is not known.

        `values` begins at the column after `left`. The caller passes the rows in their order.
        """
        marked, at, end = self._marked, self._next, len(self._marked)
        if at == end or marked[at] >= pack_mark(row + 1, 0, 0):
            return ()
        faults: list[tuple[int, str, str]] = []
        while at < end and marked[at] < pack_mark(row + 1, 0, 0):
            marked_row, column, style = unpack_mark(marked[at])
            position = column - left - 1
            within = 0 <= position < len(values)  # the reader leaves out blank cells at the edges of the sheet
            if marked_row == row and (within or style in (ERROR, NO_RESULT)):
                text, fault = self._text(row, column, style, values[position] if within else "")
                if within:
                    values[position] = text
                if fault:
                    faults.append((column - 1, *fault))
            at += 1
        self._next = at
        return tuple(faults)

    def rest(self) -> Iterator[WorkbookRow]:
        """Yields the rows below the last value of the sheet that have a formula without a stored result."""
        while self._next < len(self._marked):
            row, _, _ = unpack_mark(self._marked[self._next])
            if faults := self.show(row, 0, []):
                yield row, (), faults

    def _text(self, row: int, column: int, style: int, value: object) -> tuple[object, tuple[str, str] | None]:
        if style == ERROR:
            return self._error_values.get((row, column), "#ERROR"), ("error-cell", SHOWN_ERROR)
        if style == NO_RESULT:
            return "", ("error-cell", UNSTORED)
        if type(value) is not float:
            return value, None
        if style >= len(self._formats):
            return stored_text(value), ("cell-format", NO_STYLE)
        return _shown(value, self._formats[style], self._date1904)


@lru_cache(4096)
def _shown(value: float, code: str, date1904: bool) -> tuple[str, tuple[str, str] | None]:
    """Returns the text shown for a number in the format given, or its stored digits with the fault."""
    try:
        return number_format(code, date1904)(value), None
    except UnshownNumber as error:
        return stored_text(value), ("cell-format", str(error))


def read_rows(path: str, shown: ShownCells, limits: Limits, refusal: partial[Refusal]) -> Iterator[WorkbookRow]:
    """Yields the rows of the only sheet of the workbook at `path`, with their numbers.

    Raises FileRefused for a cell with more characters than the limit.
    """
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_name("S")
            left = (sheet.start or (0, 0))[1]
            left_cells = ("",) * left
            for number, values in enumerate(sheet.iter_rows(), 1):
                faults = shown.show(number, left, values)
                try:
                    cells = [*left_cells, *(value if type(value) is str else cell_text(value) for value in values)]
                except UnshownNumber:
                    cells, faults = _careful_texts(left, values, faults)
                while cells and not cells[-1]:
                    cells.pop()
                if cells and len(max(cells, key=len)) > limits.cell_chars:
                    raise refusal_error([long_cell_refusal(number, cells, limits, refusal)])
                if faults or any(map(str.strip, cells)):
                    yield number, tuple(cells), faults
            yield from shown.rest()
    except CalamineError as error:
        reason = f"the sheet cannot be read ({error}); open and save the workbook in Excel"
        raise refusal_error([refusal(code="not-a-workbook", reason=reason)]) from error


def _careful_texts(left: int, values: Sequence[object], faults: CellFaults) -> tuple[list[str], CellFaults]:
    """Returns the texts of a row that has a number of which the text is not known, and the faults of the row."""
    cells, found = [""] * left, list(faults)
    for value in values:
        text, fault = _shown(value, GENERAL, False) if type(value) is float else (cell_text(value), None)
        if fault:
            found.append((len(cells), *fault))
        cells.append(text)
    return cells, tuple(found)


def long_cell_refusal(number: int, cells: list[str], limits: Limits, refusal: partial[Refusal]) -> Refusal:
    """Builds the refusal of the first cell of a row that has more characters than the limit."""
    index = next(index for index, cell in enumerate(cells) if len(cell) > limits.cell_chars)
    reason = f"the cell has {len(cells[index]):,} characters; the limit is {limits.cell_chars:,}"
    column = column_letters(index + 1)
    return refusal(line=number, column=column, value=cells[index][:SHOWN_CHARS], code="cell-too-long", reason=reason)


def cell_text(value: object) -> str:
    """Returns the text that Excel shows for a cell value that has no number format.

    Raises UnshownNumber for a number that Excel shows rounded or in scientific form.
    """
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return value
        case float() | int():
            return number_text(float(value))
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)
