"""Checks a sheet of unusual markup cell by cell with an XML parser: its limits, formulas, errors and marks."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from loaders.sheet_scan import (
    ERROR,
    MAX_MERGES,
    NO_RESULT,
    MergedRange,
    SheetMarks,
    column_letters,
    column_number,
    pack_mark,
    plain_styles,
)
from loaders.zip_archive import CELL_BYTES, Archive, local_name
from service.domain.limits import Limits
from service.domain.refusals import Refusal, refusal_error

MAX_ERRORS = 10_000
SHOWN_CHARS = 40
ADDRESS = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
NUMBER_TYPES = ("n", "")


class SheetCheck:
    """Checks a sheet cell by cell against the limits, and collects the marks of its cells.

    A cell without an address gets the position that the workbook reader would give it.
    """

    def __init__(self, limits: Limits, lengths: list[int], formats: list[str], refusal: partial[Refusal]) -> None:
        self._limits, self._lengths, self._refusal = limits, lengths, refusal
        self._plain, self._styles = plain_styles(formats), len(formats)
        self._row = self._column = self._next_row = self._next_column = self._style = 0
        self._rows = self._columns = self._cells = self._copied_chars = 0
        self._kind = self._tag = self._value = ""
        self._child_tags: set[str] = set()
        self.marks = SheetMarks()
        self._started_tags: dict[str, Callable[[dict[str, str]], None]] = {
            "c": self._start_cell,
            "row": self._start_row,
            "mergeCell": self._start_merge,
        }

    def run(self, archive: Archive, part: str) -> SheetMarks:
        """Returns what a sheet of a workbook has besides values: merged cells, hidden rows, formulas without a result.

        `part` is the path of the sheet in the workbook file. Raises FileRefused for a sheet beyond the size limits.
        """
        archive.parse(part, self._started, self._written, self._ended)
        return self.marks

    def _started(self, tag: str, attributes: dict[str, str]) -> None:
        self._tag = name = local_name(tag)
        start = self._started_tags.get(name)
        if start:
            start(attributes)
        else:
            self._child_tags.add(name)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._kind, self._value, self._child_tags = attributes.get("t", "n"), "", set()
        self._style = int(attributes.get("s", 0))
        self._row, self._column = self._address(attributes.get("r"))
        self._next_column = self._column + 1

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._next_row, self._next_column = int(attributes.get("r", self._next_row + 1)), 1
        if attributes.get("hidden") in ("1", "true") and self._next_row <= self._limits.rows:
            self.marks.hidden_rows.add(self._next_row)

    def _start_merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        (top, left), (bottom, right) = self._address(first), self._address(last or first)
        self.marks.merges.append(MergedRange(top, left, bottom, right))
        if len(self.marks.merges) > MAX_MERGES:
            raise too_many_merges(self._refusal)

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
            self._check_extent()
            self._mark_cell()

    def _mark_cell(self) -> None:
        if self._kind == "e":
            self._mark(ERROR)
            if len(self.marks.error_values) < MAX_ERRORS:
                self.marks.error_values[self._row, self._column] = self._value
        elif "f" in self._child_tags and not self._has_result():
            self._mark(NO_RESULT)
        elif self._kind in NUMBER_TYPES and self._value and self._style not in self._plain:
            self._mark(min(self._style, self._styles))

    def _has_result(self) -> bool:
        """Returns whether a formula has a stored result. An empty text is a result; an empty number is none."""
        return bool(self._value) or (self._kind == "str" and "v" in self._child_tags) or "is" in self._child_tags

    def _mark(self, mark: int) -> None:
        self.marks.cells.append(pack_mark(self._row, self._column, mark))

    def _check_extent(self) -> None:
        if self._kind == "s" and (self._value or "f" not in self._child_tags):
            self._copied_chars += self._lengths[int(self._value)]
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


def too_many_merges(refusal: partial[Refusal]) -> Exception:
    """Builds the error for a sheet with more merged cells than the limit."""
    reason = f"the sheet has more than {MAX_MERGES:,} ranges of merged cells; unmerge them"
    return refusal_error([refusal(code="not-a-workbook", reason=reason)])
