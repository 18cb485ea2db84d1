"""A file of bases: who may be upgraded to what, entry by entry."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from loaders import cells
from loaders.cells import Columns
from loaders.paths import read_upgrade_path
from loaders.table import InputFile, Line, Sheet, TableFile, open_table
from service.domain import fir_columns
from service.domain.clock import BEGINNING
from service.domain.edits import Edit
from service.domain.limits import Limits
from service.domain.refusals import Refusal, refusal_error

NUMBER, PATH, FROM, ACCEPT, EVIDENCE = (
    fir_columns.NUMBER,
    fir_columns.PATH,
    fir_columns.EFFECTIVE_FROM,
    "Accept",
    "Evidence",
)
KNOWN_COLUMNS = (NUMBER, PATH, FROM, fir_columns.EFFECTIVE_TO, ACCEPT, EVIDENCE)
# An export of the repository is a file of bases too: held and pending bases stand apart, the rest is unread.
IGNORED_COLUMNS = tuple(name for name in fir_columns.COLUMNS if name not in KNOWN_COLUMNS)


@dataclass
class BasesFile:
    """A file as read: the edits it makes, each with its evidence, and what was refused."""

    file: str
    sheet: str | None
    sha256: str
    edits: list[tuple[Edit, str]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    blank: int = 0


def read_bases(
    path: InputFile, limits: Limits, effective: datetime | None, seen: Callable[[int, int], None] | None = None
) -> BasesFile:
    """Reads a CSV or workbook of bases. `effective` is for rows that name no `Effective_From`.

    Raises FileRefused where the file as a whole is not one; refusals of single rows are returned.
    """
    book = open_table(path, limits)
    sheet = book.sheet(_sheet(book))
    header = [cell.strip() for cell in sheet.lines[0].cells] if sheet.lines else []
    columns, strange, twice = cells.find_columns(sheet, header, (*KNOWN_COLUMNS, *IGNORED_COLUMNS))
    _require(columns, strange, twice)
    found = BasesFile(sheet.file, sheet.name, book.sha256)
    first: dict[tuple[str, datetime], int] = {}
    for done, line in enumerate(sheet.lines[1:], start=1):
        _row(columns, line, effective, first, found)
        if seen:
            seen(done, len(sheet.lines) - 1)
    return found


def _sheet(book: TableFile) -> str | None:
    """A CSV has one sheet; of a workbook's, the first that is headed as a file of bases, else the first."""
    return next((name for name in book.sheet_names if _headed(book.sheet(name))), next(iter(book.sheet_names), None))


def _headed(sheet: Sheet) -> bool:
    header = [cell.strip().lower() for cell in sheet.lines[0].cells] if sheet.lines else []
    return NUMBER.lower() in header and PATH.lower() in header


def _require(columns: Columns, strange: list[str], twice: list[str]) -> None:
    faults = cells.heading_refusals(columns, (NUMBER, PATH), twice)
    known = ", ".join(KNOWN_COLUMNS)
    faults += [columns.refusal(None, name, "unknown-column", f"The columns are {known}.") for name in strange]
    if faults:
        raise refusal_error(faults)


def _row(
    columns: Columns,
    line: Line,
    effective: datetime | None,
    first: dict[tuple[str, datetime], int],
    found: BasesFile,
) -> None:
    faults: list[Refusal] = []
    entry = cells.read_entry(columns, line, NUMBER, faults)
    since = cells.read_instant(columns, line, FROM, faults) or effective
    until = cells.read_instant(columns, line, fir_columns.EFFECTIVE_TO, faults)
    if until and until <= (since or BEGINNING):
        faults.append(columns.refusal(line, fir_columns.EFFECTIVE_TO, "bad-period", "It ends before it begins."))
    bases = read_upgrade_path(_named(columns, line), columns, line, PATH, faults)
    accept = _accept(columns, line, faults)
    if accept and bases is None and not faults:
        faults.append(columns.refusal(line, ACCEPT, "accept-alone", "Accept needs the bases beside it."))
    start = (entry, since or BEGINNING)
    if not faults and start in first and bases is not None:
        reason = f"{entry} stands on line {first[start]} already, from the same date."
        faults.append(columns.refusal(line, NUMBER, "entry-twice", reason))
    found.refusals += faults
    if faults or bases is None:
        found.blank += not faults
        return
    first[start] = line.number
    edit = Edit(entry, bases, accept, since, line=line.number, effective_to=until)
    found.edits.append((edit, columns.cell(line, EVIDENCE)))


def _named(columns: Columns, line: Line) -> str:
    """All that was declared, with the bases that an export tells in columns of their own."""
    cells = (columns.cell(line, name) for name in (PATH, fir_columns.HELD, fir_columns.PENDING))
    return ";".join(cell for cell in cells if cell)


def _accept(columns: Columns, line: Line, faults: list[Refusal]) -> tuple[str, ...]:
    cell = columns.cell(line, ACCEPT)
    if not cell:
        return ()
    return read_upgrade_path(cell, columns, line, ACCEPT, faults) or ()
