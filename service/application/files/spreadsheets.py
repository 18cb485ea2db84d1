"""Writes tables as CSV files and workbooks. Equal tables give equal bytes, and no cell can act as a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from service.errors import PathwaysError

CellRow = Sequence[str]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CREATED = datetime(1980, 1, 1, tzinfo=UTC)
"""The creation date of every workbook, because the current time would make the bytes of each file different."""


def as_csv(rows: Iterable[CellRow]) -> bytes:
    """Returns a table as CSV (RFC 4180) in UTF-8. Puts an apostrophe before every cell that a spreadsheet would read as
    a formula.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows([escape_formula(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def escape_formula(cell: str) -> str:
    """Returns the text of a cell, with an apostrophe in front if a spreadsheet would read the cell as a formula."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def as_xlsx(sheets: dict[str, Iterable[CellRow]]) -> bytes:
    """Returns tables as a workbook with one sheet for each table, in which every cell is text.

    The function writes row by row to disk, so that memory holds one row at a time. Raises PathwaysError for a cell that
    is too long for a workbook.
    """
    data = io.BytesIO()
    with Workbook(data, {"constant_memory": True}) as book:
        book.set_properties({"created": _CREATED.replace(tzinfo=None)})
        for name, rows in sheets.items():
            _write_rows(book.add_worksheet(name), rows)
    return data.getvalue()


def _write_rows(sheet: Worksheet, rows: Iterable[CellRow]) -> None:
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell and sheet.write_string(line, column, cell):
                raise PathwaysError(f"A cell of {len(cell)} characters on line {line + 1} does not fit a workbook.")
