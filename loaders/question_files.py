"""Parses the files that a command takes with its question: pairs of entries, or the number of devices of each entry."""

from pathlib import Path

from loaders.columns import open_columns
from service.domain.limits import Limits
from service.domain.names import parse_entry_number
from service.domain.refusals import Refusal, refusal_error

FROM, TO = "From", "To"
NUMBER, COUNT = "Entry.number", "Devices"


def read_devices(path: Path, limits: Limits) -> dict[str, int]:
    """Returns the number of devices of each entry, from a CSV file or the first sheet of a workbook.

    Ignores other columns. Raises FileRefused if any line is malformed: a sum over the other lines would be wrong.
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


def read_pairs(path: Path, limits: Limits) -> list[tuple[str, str]]:
    """Returns the pairs of entry numbers in a CSV file or the first sheet of a workbook, as text. Ignores other
    columns.

    Does not check the entry numbers, because the answer to a pair refuses a malformed number. Raises FileRefused if the
    file as a whole is malformed.
    """
    table = open_columns(path, limits, (FROM, TO), (FROM, TO))
    return [(table.columns.cell(line, FROM), table.columns.cell(line, TO)) for line in table.lines]
