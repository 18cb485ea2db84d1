"""Scans the markup of a sheet without an XML parser: its size, its formatted numbers, hidden rows and merged cells.

The scan knows the spelling of the programs that people use. For any other spelling it gives up, and
`loaders/sheet_check.py` reads the same markup cell by cell.
"""

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from loaders.number_formats import GENERAL, TEXT
from loaders.zip_archive import MAX_TAG_BYTES

# Every start tag of a cell matches; in the spelling of Excel the match has the address and the other attributes too.
CELL = re.compile(rb'<c(?: r="([A-Z]{1,3}+)([0-9]{1,7}+)"([^>]*+)>|[\s/>])')
ATTRIBUTES = re.compile(rb'(?: s="([0-9]{1,5})")?(?: t="([A-Za-z]+)")? ?(/?)')
ROW = re.compile(rb"<row\b[^>]*>")
HIDDEN_ROW = re.compile(rb'<row r="([0-9]{1,7})"[^>]*? hidden="(?:1|true)"')
MERGE_TAG = re.compile(rb"<mergeCell[\s/>]")
MERGE = re.compile(rb'<mergeCell ref="([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})"')
# These need the parser: a namespace prefix, formulas, error values, text that is not UTF-8. A search for plain bytes
# goes before that for the pattern, because it takes a fifth of the time.
UNUSUAL = (
    (b":c", re.compile(rb":c[\s/>]")),
    (b":f", re.compile(rb":f[\s/>]")),
    (b"<f", re.compile(rb"<f[\s/>]")),
    (b'"e"', re.compile(rb'"e"')),
    (b"\0", re.compile(rb"\0")),
)
MAX_MERGES = 10_000


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A rectangle of merged cells, by its first and last row and column; Excel shows the first cell in all of it."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def address(self) -> str:
        """Returns the rectangle as Excel writes it, such as `B2:B5`."""
        return f"{column_letters(self.left)}{self.top}:{column_letters(self.right)}{self.bottom}"


@dataclass
class SheetMarks:
    """The places of a sheet where the stored value of a cell is not all that a person sees.

    `cells` has a packed integer for each cell that needs a number format, or that has no valid value.
    """

    cells: "array[int]" = field(default_factory=lambda: array("Q"))
    error_values: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    merges: list[MergedRange] = field(default_factory=list)


NO_NUMBER = -1
ERROR, NO_RESULT = 0xFFFFFE, 0xFFFFFF
"""The marks of a cell that shows an error, and of a formula without a stored result, in place of a style."""


def pack_mark(row: int, column: int, style: int) -> int:
    """Returns the place of a cell and its style (or its fault) as one integer, which sorts by row and column."""
    return row << 40 | column << 24 | style


def unpack_mark(mark: int) -> tuple[int, int, int]:
    """Returns the row, the column and the style of a packed integer."""
    return mark >> 40, mark >> 24 & 0xFFFF, mark & 0xFFFFFF


def plain_styles(formats: list[str]) -> frozenset[int]:
    """Returns the positions of the styles that show a number as it is stored."""
    return frozenset(position for position, code in enumerate(formats) if code in (GENERAL, TEXT))


@dataclass(frozen=True, slots=True)
class SheetExtent:
    """The size of a sheet: the numbers of its last row and last column, and the number of its cells."""

    rows: int
    columns: int
    cells: int


def scan_sheet(
    chunks: Iterator[bytes], formats: list[str], too_many_merges: Callable[[], Exception]
) -> tuple[SheetExtent, SheetMarks] | None:
    """Returns an upper bound of a sheet's size, and its marks, or None where the markup is unusual."""
    columns: set[bytes] = set()
    plain, marks = plain_styles(formats), SheetMarks()
    styles: dict[bytes, int] = {}
    rows, cells, rest = 0, 0, b""
    for chunk in chunks:
        block, bracket, rest = (rest + chunk).rpartition(b"<")
        rest = bracket + rest
        if len(rest) > MAX_TAG_BYTES or any(plainly in block and exact.search(block) for plainly, exact in UNUSUAL):
            return None
        addresses = CELL.findall(block)
        columns |= {letters for letters, _, _ in addresses}
        rows = max([rows, *map(_number, {number for _, number, _ in addresses})])
        cells += len(addresses)
        attributes = {attributes for _, _, attributes in addresses}
        known = b"" not in columns and all(_learn_style(each, styles) for each in attributes - styles.keys())
        if not known or not _scan_rows(block, marks) or not _scan_merges(block, marks, too_many_merges):
            return None
        formatted = {each for each in attributes if styles[each] != NO_NUMBER and styles[each] not in plain}
        if formatted:
            marks.cells.extend(
                pack_mark(int(row), column_number(letters.decode()), styles[each])
                for letters, row, each in addresses
                if each in formatted
            )
    extent = SheetExtent(rows, max((column_number(column.decode()) for column in columns), default=0), cells)
    return extent, marks


def _learn_style(attributes: bytes, styles: dict[bytes, int]) -> bool:
    """Adds the style that the attributes of a tag give to a number. Returns whether their spelling is known."""
    match = ATTRIBUTES.fullmatch(attributes)
    if match:
        is_number = match[2] in (None, b"n") and not match[3]
        styles[attributes] = int(match[1] or 0) if is_number else NO_NUMBER
    return match is not None


def _number(digits: bytes) -> int:
    return int(digits or 0)


def _scan_rows(block: bytes, marks: SheetMarks) -> bool:
    """Adds the hidden rows of a block of markup. Returns whether the spelling of their tags is known."""
    if b"hidden=" not in block:
        return True
    hidden = [tag for tag in ROW.findall(block) if b"hidden=" in tag]
    numbers = [match[1] for tag in hidden if (match := HIDDEN_ROW.match(tag))]
    marks.hidden_rows.update(map(int, numbers))
    return len(numbers) == len([tag for tag in hidden if b'hidden="0"' not in tag and b'hidden="false"' not in tag])


def _scan_merges(block: bytes, marks: SheetMarks, too_many_merges: Callable[[], Exception]) -> bool:
    """Adds the merged cells of a block of markup. Returns whether the spelling of their tags is known."""
    if b"<mergeCell" not in block:
        return True
    found = MERGE.findall(block)
    if len(marks.merges) + len(found) > MAX_MERGES:
        raise too_many_merges()
    for left, top, right, bottom in found:
        marks.merges.append(
            MergedRange(int(top), column_number(left.decode()), int(bottom), column_number(right.decode()))
        )
    return len(found) == len(MERGE_TAG.findall(block))


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
