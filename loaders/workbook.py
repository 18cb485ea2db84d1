"""XLSX and XLSM: a sheet is surveyed, copied out alone, and only then read; each cell comes back as text."""

import datetime
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from loaders.archive import CELL_BYTES, MAX_TAG_BYTES, Archive, WorkbookPackage, local_name
from service.domain.limits import Limits
from service.domain.refusals import Refusal, refusal_error

MAX_REFUSALS = 100
SHOWN = 40
ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
# All that can open a cell holds one of these; where it is written as Excel does, its address is taken too.
CELL = re.compile(rb'<c(?: r="([A-Z]{1,3})([0-9]{1,7})"|[\s/>])')
# What needs the exact look: cells and formulas with a prefix, formulas, perhaps an error value, not UTF-8.
UNUSUAL = tuple(map(re.compile, (rb":[cf][\s/>]", rb"<f[\s/>]", rb'"e"', rb"'e'", rb"\0")))

Row = tuple[int, tuple[str, ...]]


class Workbook:
    """The sheets of a workbook; one is unpacked when it is asked for."""

    def __init__(self, file: str, data: bytes, limits: Limits) -> None:
        self._file, self._limits = file, limits
        self._archive = Archive(file, data, limits)
        self._package = WorkbookPackage(self._archive)

    @property
    def names(self) -> tuple[str, ...]:
        """The worksheets in their order, hidden ones too; a chart is none."""
        return tuple(self._package.sheets)

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of one sheet with their numbers; blank cells at the end of a row are not there."""
        part, refusal = self._package.sheets[name], partial(Refusal, file=self._file, sheet=name)
        seen = estimate_extent(self._archive.stream(part))
        if seen and seen.cells * CELL_BYTES > self._limits.unpacked_bytes:
            raise self._archive.too_large_error(f"the sheet {name!r} takes {seen.cells * CELL_BYTES:,} bytes of cells")
        if seen is None or not self._fits(seen):
            SheetSurvey(self._limits, self._package.lengths, refusal).run(self._archive, part)
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
            self._package.copy_alone(part, copy)
            yield from read_rows(copy.name, self._limits, refusal)

    def _fits(self, seen: "SheetExtent") -> bool:
        near = seen.rows <= self._limits.rows and seen.columns <= self._limits.columns
        copied = seen.cells * max(self._package.lengths, default=0)
        return near and max(seen.rows * seen.columns * CELL_BYTES, copied) <= self._limits.unpacked_bytes


@dataclass(frozen=True, slots=True)
class SheetExtent:
    """How far a sheet reaches, and how many cells it has."""

    rows: int
    columns: int
    cells: int


def estimate_extent(chunks: Iterator[bytes]) -> SheetExtent | None:
    """An upper bound on a sheet without parsing it, or None where only a parser can tell."""
    columns: set[bytes] = set()
    rows, cells, rest = 0, 0, b""
    for chunk in chunks:
        block, mark, rest = (rest + chunk).rpartition(b"<")
        rest = mark + rest
        if len(rest) > MAX_TAG_BYTES or any(unusual.search(block) for unusual in UNUSUAL):
            return None
        if found := CELL.findall(block):
            named, numbered = map(set, zip(*found, strict=True))
            columns |= named
            rows = max(rows, *(int(number or 0) for number in numbered), 0)
            cells += len(found)
    if b"" in columns:
        return None
    return SheetExtent(rows, max((column_number(column.decode()) for column in columns), default=0), cells)


@lru_cache(1024)
def column_number(letters: str) -> int:
    """`A` is 1, `AA` is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def column_letters(number: int) -> str:
    """1 is `A`, 27 is `AA`."""
    letters = ""
    while number:
        number, letter = divmod(number - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return letters


class SheetSurvey:
    """The exact look at a sheet, cell by cell, with the reader's own idea of where one without address stands."""

    def __init__(self, limits: Limits, lengths: list[int], refusal: partial[Refusal]) -> None:
        self._limits, self._lengths, self._refusal = limits, lengths, refusal
        self._row = self._column = self._next_row = self._next_column = 0
        self._rows = self._columns = self._cells = self._copied = 0
        self._kind = self._inside = self._value = ""
        self._holds: set[str] = set()
        self._wrong: list[Refusal] = []

    def run(self, archive: Archive, part: str) -> None:
        """Refuse a sheet that is too large, or in which a formula has no result."""
        archive.parse(part, self._started, self._written, self._ended)
        if self._wrong:
            raise refusal_error(self._wrong)

    def _started(self, tag: str, attributes: dict[str, str]) -> None:
        self._inside = name = local_name(tag)
        if name == "c":
            self._kind, self._value, self._holds = attributes.get("t", "n"), "", set()
            self._row, self._column = self._address(attributes.get("r"))
            self._next_column = self._column + 1
        elif name == "row":
            self._next_row, self._next_column = int(attributes.get("r", self._next_row + 1)), 1
        else:
            self._holds.add(name)

    def _address(self, given: str | None) -> tuple[int, int]:
        if given is None:
            return self._next_row, self._next_column
        found = ADDRESS.fullmatch(given)
        if found is None:
            raise ValueError(f"a cell has the address {given[:SHOWN]!r}")
        return int(found[2]), column_number(found[1])

    def _written(self, text: str) -> None:
        if self._inside == "v" and len(self._value) < SHOWN:
            self._value += text

    def _ended(self, tag: str) -> None:
        self._inside = ""
        if self._holds and local_name(tag) == "c":
            self._check_result()
            self._check_reach()

    def _check_result(self) -> None:
        if self._kind == "s":
            self._copied += self._lengths[int(self._value)]
        unknown = "f" in self._holds and not self._value and self._kind not in ("str", "inlineStr")
        if (self._kind == "e" or unknown) and len(self._wrong) < MAX_REFUSALS:
            reason = "the formula has no stored result; open and save the workbook in Excel"
            reason = reason if unknown else "the cell shows an error instead of a value"
            self._wrong.append(self._here(code="error-cell", value=self._value or None, reason=reason))

    def _check_reach(self) -> None:
        self._cells += 1
        if self._row > self._rows or self._column > self._columns:
            self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
            self._check("too-many-rows", "rows", self._row, self._limits.rows)
            self._check("too-many-columns", "columns", self._column, self._limits.columns)
        weighs = max(self._cells * CELL_BYTES, self._rows * self._columns * CELL_BYTES, self._copied)
        self._check("unpacks-too-large", "bytes of cells", weighs, self._limits.unpacked_bytes)

    def _check(self, code: str, unit: str, reached: int, limit: int) -> None:
        if reached > limit:
            reason = f"up to here the sheet has {reached:,} {unit}, more than the {limit:,} that are read"
            raise refusal_error([self._here(code=code, reason=reason)])

    def _here(self, **said: Any) -> Refusal:
        return self._refusal(line=self._row, column=column_letters(self._column), **said)


def read_rows(path: str, limits: Limits, refusal: partial[Refusal]) -> Iterator[Row]:
    """The rows of a surveyed copy."""
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheet = book.get_sheet_by_name("S")
            before = ("",) * (sheet.start or (0, 0))[1]
            for number, values in enumerate(sheet.iter_rows(), 1):
                cells = [*before, *(value if type(value) is str else cell_text(value) for value in values)]
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
    """The refusal of the first cell of a row that is over the limit."""
    at = next(place for place, cell in enumerate(cells) if len(cell) > limits.cell_chars)
    reason = f"the cell has {len(cells[at]):,} characters, more than the {limits.cell_chars:,} that are read"
    column = column_letters(at + 1)
    return refusal(line=number, column=column, value=cells[at][:SHOWN], code="cell-too-long", reason=reason)


def cell_text(value: object) -> str:
    """A cell that the workbook holds as something else than text, in the characters that it shows."""
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
    """12.0 is `12`; a fraction has the 15 digits that a spreadsheet shows; no exponent, no `-0`."""
    shown = repr(number) if number.is_integer() else format(number, ".15g")
    text = format(Decimal(shown), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text
