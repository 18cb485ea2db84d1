"""A file with the number of devices that run each entry."""

from pathlib import Path

from loaders.columns import open_columns
from service.domain.limits import Limits
from service.domain.names import parse_entry_number
from service.domain.refusals import Refusal, refusal_error

NUMBER, COUNT = "Entry.number", "Devices"


def read_devices(path: Path, limits: Limits) -> dict[str, int]:
    """The number of devices of each entry, from a CSV file or a workbook's first sheet; other columns are ignored.

    Raises FileRefused for the whole file where any line is malformed: a sum over the other lines would be wrong.
    """
    table = open_columns(path, limits, (NUMBER, COUNT), (NUMBER, COUNT))
    columns = table.columns
    faults: list[Refusal] = []
    counts: dict[str, int] = {}
    for line in table.lines:
        count = columns.cell(line, COUNT)
        try:
            entry = parse_entry_number(columns.cell(line, NUMBER))
        except ValueError as error:
            faults.append(columns.refusal(line, NUMBER, "bad-number", str(error)))
            continue
        if entry in counts:
            faults.append(columns.refusal(line, NUMBER, "entry-twice", "An earlier line counts this entry; keep one."))
        if not (count.isascii() and count.isdigit() and len(count) < 10):
            faults.append(columns.refusal(line, COUNT, "bad-count", "A whole number below 1,000,000,000 is expected."))
            continue
        counts[entry] = int(count)
    if faults:
        raise refusal_error(faults)
    return counts
