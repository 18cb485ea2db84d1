"""Tables as files. The same table gives the same bytes, and no cell of it is ever a formula."""

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
"""The instant in every workbook: that of the question is in the answer, and that of the writing is nobody's."""


def as_csv(rows: Iterable[CellRow]) -> bytes:
    """CSV as RFC 4180 has it, in UTF-8. What a spreadsheet would take for a formula begins with an apostrophe."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([escape_formula(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def escape_formula(cell: str) -> str:
    """The cell, with an apostrophe before what a spreadsheet would run."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def as_xlsx(sheets: dict[str, Iterable[CellRow]]) -> bytes:
    """A workbook of text cells alone. Rows go to disk as they come, so that memory holds one at a time."""
    data = io.BytesIO()
    with Workbook(data, {"constant_memory": True}) as book:
        book.set_properties({"created": _CREATED.replace(tzinfo=None)})
        for name, rows in sheets.items():
            _fill(book.add_worksheet(name), rows)
    return data.getvalue()


def _fill(sheet: Worksheet, rows: Iterable[CellRow]) -> None:
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell and sheet.write_string(line, column, cell):
                raise PathwaysError(f"A cell of {len(cell)} characters on line {line + 1} does not fit a workbook.")
