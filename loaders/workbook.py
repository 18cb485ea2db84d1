"""Reads XLSX and XLSM workbooks: checks the size of a sheet, then reads a copy of this sheet alone, as text."""

import datetime
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from loaders.zip_archive import CELL_BYTES, MAX_TAG_BYTES, Archive, WorkbookPackage, local_name
from service.domain.limits import Limits
from service.domain.refusals import Refusal, refusal_error

MAX_REFUSALS = 100
SHOWN_CHARS = 40
ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
# Every start tag of a cell matches; in the spelling of Excel the match has the address too.
CELL = re.compile(rb'<c(?: r="([A-Z]{1,3})([0-9]{1,7})"|[\s/>])')
# These need `SheetLimitCheck`: cells with a namespace prefix, formulas, error values, text that is not UTF-8.
UNUSUAL = tuple(map(re.compile, (rb":[cf][\s/>]", rb"<f[\s/>]", rb'"e"', rb"'e'", rb"\0")))

Row = tuple[int, tuple[str, ...]]


class Workbook:
    """The worksheets of a workbook. The method `rows` unpacks one of them on demand."""

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

    def rows(self, name: str) -> Iterator[Row]:
        """Yields the rows of one worksheet with their numbers. Leaves out the blank cells at the end of each row.

        Raises FileRefused for a sheet whose size exceeds the limits.
        """
        part, refusal = self._package.sheets[name], partial(Refusal, file=self._file, sheet=name)
        extent = estimate_extent(self._archive.stream(part))
        if extent and extent.cells * CELL_BYTES > self._limits.unpacked_bytes:
            raise self._archive.too_large_error(
                f"the sheet {name!r} takes {extent.cells * CELL_BYTES:,} bytes of cells"
            )
        if extent is None or not self._fits(extent):
            SheetLimitCheck(self._limits, self._package.lengths, refusal).run(self._archive, part)
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
            self._package.copy_alone(part, copy)
            yield from read_rows(copy.name, self._limits, refusal)

    def _fits(self, extent: "SheetExtent") -> bool:
        within = extent.rows <= self._limits.rows and extent.columns <= self._limits.columns
        copied_chars = extent.cells * max(self._package.lengths, default=0)
        return within and max(extent.rows * extent.columns * CELL_BYTES, copied_chars) <= self._limits.unpacked_bytes


@dataclass(frozen=True, slots=True)
class SheetExtent:
    """The size of a sheet: the numbers of its last row and last column, and the number of its cells."""

    rows: int
    columns: int
    cells: int


def estimate_extent(chunks: Iterator[bytes]) -> SheetExtent | None:
    """Returns an upper bound of a sheet's size without an XML parser, or None if the XML has an unusual form."""
    columns: set[bytes] = set()
    rows, cells, rest = 0, 0, b""
    for chunk in chunks:
        block, bracket, rest = (rest + chunk).rpartition(b"<")
        rest = bracket + rest
        if len(rest) > MAX_TAG_BYTES or any(unusual.search(block) for unusual in UNUSUAL):
            return None
        if addresses := CELL.findall(block):
            letters, numbers = map(set, zip(*addresses, strict=True))
            columns |= letters
            rows = max(rows, *(int(number or 0) for number in numbers), 0)
            cells += len(addresses)
    if b"" in columns:
        return None
    return SheetExtent(rows, max((column_number(column.decode()) for column in columns), default=0), cells)


@lru_cache(1024)
def column_number(letters: str) -> int:
    """Returns the number of a column from its letters: `A` is 1, `AA` is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """Returns the letters of a column from its number: 1 is `A`, 27 is `AA`."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


class SheetLimitCheck:
    """Checks cell by cell that a sheet is within the limits of size.

    A cell without an address gets the position that the workbook reader would give it.
    """

    def __init__(self, limits: Limits, lengths: list[int], refusal: partial[Refusal]) -> None:
        self._limits, self._lengths, self._refusal = limits, lengths, refusal
        self._row = self._column = self._next_row = self._next_column = 0
        self._rows = self._columns = self._cells = self._copied_chars = 0
        self._kind = self._tag = self._value = ""
        self._child_tags: set[str] = set()
        self._refusals: list[Refusal] = []

    def run(self, archive: Archive, part: str) -> None:
        """Raises FileRefused for a sheet whose size exceeds the limits, and for a cell with an error or with a formula
        without result.
        """
        archive.parse(part, self._started, self._written, self._ended)
        if self._refusals:
            raise refusal_error(self._refusals)

    def _started(self, tag: str, attributes: dict[str, str]) -> None:
        self._tag = name = local_name(tag)
        if name == "c":
            self._kind, self._value, self._child_tags = attributes.get("t", "n"), "", set()
            self._row, self._column = self._address(attributes.get("r"))
            self._next_column = self._column + 1
        elif name == "row":
            self._next_row, self._next_column = int(attributes.get("r", self._next_row + 1)), 1
        else:
            self._child_tags.add(name)

    def _address(self, given: str | None) -> tuple[int, int]:
        if given is None:
            return self._next_row, self._next_column
        match = ADDRESS.fullmatch(given)
        if match is None:
            raise ValueError(f"a cell has the malformed address {given[:SHOWN_CHARS]!r}")
        return int(match[2]), column_number(match[1])

    def _written(self, text: str) -> None:
        if self._tag == "v" and len(self._value) < SHOWN_CHARS:
            self._value += text

    def _ended(self, tag: str) -> None:
        self._tag = ""
        if self._child_tags and local_name(tag) == "c":
            self._check_result()
            self._check_extent()

    def _check_result(self) -> None:
        if self._kind == "s":
            self._copied_chars += self._lengths[int(self._value)]
        no_result = "f" in self._child_tags and not self._value and self._kind not in ("str", "inlineStr")
        if (self._kind == "e" or no_result) and len(self._refusals) < MAX_REFUSALS:
            unstored = "the formula has no stored result; open and save the workbook in Excel"
            reason = unstored if no_result else "the cell shows an error instead of a value"
            self._refusals.append(self._cell_refusal(code="error-cell", value=self._value or None, reason=reason))

    def _check_extent(self) -> None:
        self._cells += 1
        if self._row > self._rows or self._column > self._columns:
            self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
            self._check("too-many-rows", "rows", self._row, self._limits.rows)
            self._check("too-many-columns", "columns", self._column, self._limits.columns)
        cell_bytes = max(self._cells * CELL_BYTES, self._rows * self._columns * CELL_BYTES, self._copied_chars)
        self._check("unpacks-too-large", "bytes of cells", cell_bytes, self._limits.unpacked_bytes)

    def _check(self, code: str, unit: str, amount: int, limit: int) -> None:
        if amount > limit:
            reason = f"up to here the sheet has {amount:,} {unit}; the limit is {limit:,}"
            raise refusal_error([self._cell_refusal(code=code, reason=reason)])

    def _cell_refusal(self, **fields: Any) -> Refusal:
        return self._refusal(line=self._row, column=column_letters(self._column), **fields)


def read_rows(path: str, limits: Limits, refusal: partial[Refusal]) -> Iterator[Row]:
    """Yields the rows of the only sheet of the workbook at `path`, with their numbers.

    Raises FileRefused for a cell with more characters than the limit.
    """
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_name("S")
            left_cells = ("",) * (sheet.start or (0, 0))[1]
            for number, values in enumerate(sheet.iter_rows(), 1):
                cells = [*left_cells, *(value if type(value) is str else cell_text(value) for value in values)]
                while cells and not cells[-1]:
                    cells.pop()
                if cells and len(max(cells, key=len)) > limits.cell_chars:
                    raise refusal_error([long_cell_refusal(number, cells, limits, refusal)])
                if any(map(str.strip, cells)):
                    yield number, tuple(cells)
    except CalamineError as error:
        reason = f"the sheet cannot be read ({error}); open and save the workbook in Excel"
        raise refusal_error([refusal(code="not-a-workbook", reason=reason)]) from error


def long_cell_refusal(number: int, cells: list[str], limits: Limits, refusal: partial[Refusal]) -> Refusal:
    """Builds the refusal of the first cell of a row that has more characters than the limit."""
    index = next(index for index, cell in enumerate(cells) if len(cell) > limits.cell_chars)
    reason = f"the cell has {len(cells[index]):,} characters; the limit is {limits.cell_chars:,}"
    column = column_letters(index + 1)
    return refusal(line=number, column=column, value=cells[index][:SHOWN_CHARS], code="cell-too-long", reason=reason)


def cell_text(value: object) -> str:
    """Converts a cell value that is not text to the text that Excel shows for it."""
    match value:
        case bool():
            return "TRUE" if value else "FALSE"
        case float() | int():
            return number_text(float(value))
        case datetime.datetime() if value.time() == datetime.time():
            return value.date().isoformat()
        case datetime.date() | datetime.time():
            return value.isoformat()
        case _:
            return str(value)


def number_text(number: float) -> str:
    """Converts a number to the text that Excel shows: `12` for 12.0; at most 15 digits, no exponent, no `-0`."""
    digits = repr(number) if number.is_integer() else format(number, ".15g")
    text = format(Decimal(digits), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
