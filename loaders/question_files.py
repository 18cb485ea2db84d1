"""Parses the files that a command takes with its question: pairs of entries, or the number of devices of each entry."""

from dataclasses import dataclass, field

from loaders import cells
from loaders.columns import Columns
from loaders.parsed_files import ParsedFile, open_columns
from loaders.table import InputFile, Line
from service.domain.limits import Limits
from service.domain.refusals import Refusal, refusal_error

FROM, TO = "From", "To"
NUMBER, COUNT = "Entry.number", "Devices"


@dataclass
class DevicesFile(ParsedFile):
    """A parsed file of devices: the number of devices of each entry."""

    counts: dict[str, int] = field(default_factory=dict)


@dataclass
class PairsFile(ParsedFile):
    """A parsed file of pairs of entries, as text."""

    pairs: list[tuple[str, str]] = field(default_factory=list)


def read_devices(path: InputFile, limits: Limits) -> DevicesFile:
    """Returns the number of devices of each entry, from a CSV file or a workbook.

    Ignores other columns. Raises FileRefused if any line is malformed: a sum over the other lines would be wrong.
    """
    table = open_columns(path, limits, (NUMBER, COUNT))
    sheet = table.columns.sheet
    result = DevicesFile(sheet.file, sheet.name, table.book.sha256, remarks=table.remarks)
    for line in table.lines:
        result.refusals += table.columns.distinct(line, _read_count(table.columns, line, result.counts))
    if result.refusals:
        raise refusal_error(result.refusals)
    return result


def _read_count(columns: Columns, line: Line, counts: dict[str, int]) -> list[Refusal]:
    """Adds the count of a line to those of the lines before. Returns the refusals of the line."""
    faults, count = columns.line_faults(line), columns.cell(line, COUNT)
    entry = cells.read_entry(columns, line, NUMBER, faults)
    if entry in counts:
        faults.append(columns.refusal(line, NUMBER, "entry-twice", "An earlier line counts this entry; keep one."))
    if not (count.isascii() and count.isdigit() and len(count) < 10):
        faults.append(columns.refusal(line, COUNT, "bad-count", "A whole number below 1,000,000,000 is expected."))
    elif entry:
        counts[entry] = int(count)
    return faults


def read_pairs(path: InputFile, limits: Limits) -> PairsFile:
    """Returns the pairs of a CSV file or of a workbook, as text. Ignores other columns.

    Does not check the entry numbers: the answer to a pair refuses a malformed number. Raises FileRefused where the file
    as a whole is malformed, where a cell has no heading, and where the text of a cell is not known.
    """
    table = open_columns(path, limits, (FROM, TO))
    columns = table.columns
    pairs = [(columns.cell(line, FROM), columns.cell(line, TO)) for line in table.lines]
    faults = [fault for line in table.lines for fault in columns.line_faults(line)]
    if faults:
        raise refusal_error(faults)
    return PairsFile(columns.sheet.file, columns.sheet.name, table.book.sha256, pairs, remarks=table.remarks)
