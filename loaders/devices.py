"""A file that says how many devices run each entry."""

from pathlib import Path

from loaders import cells
from loaders.table import open_table
from service.domain.limits import Limits
from service.domain.names import parse_entry_number
from service.domain.refusals import refusal_error

NUMBER, COUNT = "Entry.number", "Devices"


def read_devices(path: Path, limits: Limits) -> dict[str, int]:
    """The devices of each entry, of a CSV file or a workbook's first sheet; other columns are passed over.

    Raises FileRefused for a file that is none, and for any line of it that makes no sense: a sum with gaps is wrong.
    """
    book = open_table(path, limits)
    sheet = book.sheet(next(iter(book.sheet_names), None))
    header = [cell.strip() for cell in sheet.lines[0].cells] if sheet.lines else []
    columns, _, twice = cells.find_columns(sheet, header, (NUMBER, COUNT))
    faults = cells.heading_refusals(columns, (NUMBER, COUNT), twice)
    found: dict[str, int] = {}
    for line in [] if faults else sheet.lines[1:]:
        number, count = columns.cell(line, NUMBER), columns.cell(line, COUNT)
        try:
            entry = parse_entry_number(number)
        except ValueError as wrong:
            faults.append(columns.refusal(line, NUMBER, "bad-number", str(wrong)))
            continue
        if entry in found:
            faults.append(columns.refusal(line, NUMBER, "entry-twice", "This entry is counted already."))
        if not (count.isascii() and count.isdigit() and len(count) < 10):
            faults.append(columns.refusal(line, COUNT, "bad-count", "A whole number is expected."))
            continue
        found[entry] = int(count)
    if faults:
        raise refusal_error(faults)
    return found
