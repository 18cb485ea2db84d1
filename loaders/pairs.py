"""A file of questions: from which entry to which, a pair a row."""

from pathlib import Path

from loaders import cells
from loaders.table import open_table
from service.domain.limits import Limits
from service.domain.refusals import refusal_error

FROM, TO = "From", "To"


def read_pairs(path: Path, limits: Limits) -> list[tuple[str, str]]:
    """The pairs of a CSV file or of a workbook's first sheet, as they are written; other columns are passed over.

    Raises FileRefused where the file as a whole is not one. A malformed number is for the answer to refuse.
    """
    book = open_table(path, limits)
    sheet = book.sheet(next(iter(book.sheet_names), None))
    header = [cell.strip() for cell in sheet.lines[0].cells] if sheet.lines else []
    columns, _, twice = cells.find_columns(sheet, header, (FROM, TO))
    faults = cells.heading_refusals(columns, (FROM, TO), twice)
    if faults:
        raise refusal_error(faults)
    return [(columns.cell(line, FROM), columns.cell(line, TO)) for line in sheet.lines[1:]]
