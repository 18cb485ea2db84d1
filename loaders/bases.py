"""Parses a file of declared bases: each row states the Firmware Upgrade Path (the base entries) of one entry."""

from dataclasses import dataclass, field
from datetime import datetime

from loaders import cells
from loaders.columns import Columns
from loaders.parsed_files import ParsedFile, open_known_columns
from loaders.table import InputFile, Line, OnProgress, each_line
from service.domain import fir_columns
from service.domain.clock import BEGINNING
from service.domain.edits import Edit
from service.domain.limits import Limits
from service.domain.refusals import Refusal

NUMBER, PATH, FROM, ACCEPT, EVIDENCE, CONFIRMED = (
    fir_columns.NUMBER,
    fir_columns.PATH,
    fir_columns.EFFECTIVE_FROM,
    "Accept",
    "Evidence",
    "Confirmed",
)
KNOWN_COLUMNS = (NUMBER, PATH, FROM, fir_columns.EFFECTIVE_TO, ACCEPT, EVIDENCE, CONFIRMED)
# An export of the repository is a file of bases too, with further columns that this loader ignores.
IGNORED_COLUMNS = tuple(name for name in fir_columns.COLUMNS if name not in KNOWN_COLUMNS)


@dataclass
class BasesFile(ParsedFile):
    """A parsed file of declared bases: an edit for each accepted row, with the evidence that the row names."""

    edits: list[Edit] = field(default_factory=list)


def read_bases(
    path: InputFile, limits: Limits, effective: datetime | None, on_progress: OnProgress | None = None
) -> BasesFile:
    """Parses a CSV file or workbook of declared bases. Rows without an `Effective_From` get the instant `effective`.

    Returns an edit for each accepted row, and the refusals of the other rows. Raises FileRefused if the file as a whole
    is malformed.
    """
    table = open_known_columns(path, limits, KNOWN_COLUMNS, (NUMBER, PATH), IGNORED_COLUMNS, unmerged=KNOWN_COLUMNS)
    sheet = table.columns.sheet
    result = BasesFile(sheet.file, sheet.name, table.book.sha256, remarks=table.remarks)
    for line in each_line(table.lines, on_progress):
        _read_row(table.columns, line, effective, result)
    return result


def _read_row(columns: Columns, line: Line, effective: datetime | None, result: BasesFile) -> None:
    faults = columns.line_faults(line)
    entry = cells.read_entry(columns, line, NUMBER, faults)
    since = cells.read_instant(columns, line, FROM, faults) or effective
    until = cells.read_instant(columns, line, fir_columns.EFFECTIVE_TO, faults)
    if until and until <= (since or BEGINNING):
        reason = "The interval ends before it begins: a later end is expected."
        faults.append(columns.refusal(line, fir_columns.EFFECTIVE_TO, "bad-period", reason))
    bases = cells.read_upgrade_path(_all_bases(columns, line), columns, line, PATH, faults)
    accept_cell = columns.cell(line, ACCEPT)
    accept = (cells.read_upgrade_path(accept_cell, columns, line, ACCEPT, faults) if accept_cell else None) or ()
    if accept and bases is None and not faults:
        reason = f"{ACCEPT} needs bases in {PATH} of the same row."
        faults.append(columns.refusal(line, ACCEPT, "accept-alone", reason))
    confirm = _read_confirmed(columns, line, faults)
    if confirm and bases is None and not faults:
        reason = f"{CONFIRMED} needs the bases in force in {PATH} of the same row."
        faults.append(columns.refusal(line, CONFIRMED, "confirm-alone", reason))
    accepted = result.accept_row(columns, line, (entry, since or BEGINNING), faults, bases is not None)
    if accepted and bases is not None:
        evidence = columns.cell(line, EVIDENCE)
        result.edits.append(Edit(entry, bases, accept, since, "", line.number, until, evidence, confirm))


def _read_confirmed(columns: Columns, line: Line, faults: list[Refusal]) -> bool:
    """Returns whether a row confirms the bases in force. Adds a refusal to `faults` for a cell that is neither blank
    nor `yes`, in upper or lower case.
    """
    cell = columns.cell(line, CONFIRMED)
    if cell and cell.casefold() != "yes":
        faults.append(columns.refusal(line, CONFIRMED, "bad-value", "expected is yes, or a blank cell"))
    return bool(cell)


def _all_bases(columns: Columns, line: Line) -> str:
    """Returns the declared bases of a row, separated by `;`, also the held and pending ones.

    An export of the repository has held bases (without a step until SECAS accepts them) and pending bases (not yet on
    the list) in columns of their own.
    """
    path_cells = (columns.cell(line, name) for name in (PATH, fir_columns.HELD, fir_columns.PENDING))
    return ";".join(cell for cell in path_cells if cell)
