"""A file of declared bases: one Firmware Upgrade Path a row."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from loaders import cells
from loaders.columns import Columns, open_known_columns
from loaders.paths import read_upgrade_path
from loaders.table import InputFile, Line
from service.domain import fir_columns
from service.domain.clock import BEGINNING
from service.domain.edits import Edit
from service.domain.limits import Limits
from service.domain.refusals import Refusal

NUMBER, PATH, FROM, ACCEPT, EVIDENCE = (
    fir_columns.NUMBER,
    fir_columns.PATH,
    fir_columns.EFFECTIVE_FROM,
    "Accept",
    "Evidence",
)
KNOWN_COLUMNS = (NUMBER, PATH, FROM, fir_columns.EFFECTIVE_TO, ACCEPT, EVIDENCE)
# An export of the repository is a file of bases too, with further columns that this loader ignores.
IGNORED_COLUMNS = tuple(name for name in fir_columns.COLUMNS if name not in KNOWN_COLUMNS)


@dataclass
class BasesFile:
    """The content of a file of bases: its edits, each with its evidence, and the refusals of its rows."""

    file: str
    sheet: str | None
    sha256: str
    edits: list[tuple[Edit, str]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    blank: int = 0


def read_bases(
    path: InputFile, limits: Limits, effective: datetime | None, on_progress: Callable[[int, int], None] | None = None
) -> BasesFile:
    """Reads a CSV file or workbook of bases. `effective` is for rows without an `Effective_From`.

    `on_progress` gets the number of rows read and of all rows. Raises FileRefused where the file as a whole is
    malformed; the result has the refusals of single rows.
    """
    table = open_known_columns(path, limits, KNOWN_COLUMNS, (NUMBER, PATH), IGNORED_COLUMNS)
    sheet = table.columns.sheet
    result = BasesFile(sheet.file, sheet.name, table.book.sha256)
    first_lines: dict[tuple[str, datetime], int] = {}
    for done, line in enumerate(table.lines, start=1):
        _read_row(table.columns, line, effective, first_lines, result)
        if on_progress:
            on_progress(done, len(table.lines))
    return result


def _read_row(
    columns: Columns,
    line: Line,
    effective: datetime | None,
    first_lines: dict[tuple[str, datetime], int],
    result: BasesFile,
) -> None:
    faults: list[Refusal] = []
    entry = cells.read_entry(columns, line, NUMBER, faults)
    since = cells.read_instant(columns, line, FROM, faults) or effective
    until = cells.read_instant(columns, line, fir_columns.EFFECTIVE_TO, faults)
    if until and until <= (since or BEGINNING):
        reason = "The interval ends before it begins: a later end is expected."
        faults.append(columns.refusal(line, fir_columns.EFFECTIVE_TO, "bad-period", reason))
    bases = read_upgrade_path(_all_bases(columns, line), columns, line, PATH, faults)
    accept = _accepted_bases(columns, line, faults)
    if accept and bases is None and not faults:
        reason = f"{ACCEPT} needs bases in {PATH} of the same row."
        faults.append(columns.refusal(line, ACCEPT, "accept-alone", reason))
    start = (entry, since or BEGINNING)
    if not faults and start in first_lines and bases is not None:
        reason = f"Line {first_lines[start]} has {entry} from the same date; keep one of the two lines."
        faults.append(columns.refusal(line, NUMBER, "entry-twice", reason))
    result.refusals += faults
    if faults or bases is None:
        result.blank += not faults
        return
    first_lines[start] = line.number
    edit = Edit(entry, bases, accept, since, line=line.number, effective_to=until)
    result.edits.append((edit, columns.cell(line, EVIDENCE)))


def _all_bases(columns: Columns, line: Line) -> str:
    """All declared bases of a row: an export of the repository has held and pending bases in columns of their own."""
    path_cells = (columns.cell(line, name) for name in (PATH, fir_columns.HELD, fir_columns.PENDING))
    return ";".join(cell for cell in path_cells if cell)


def _accepted_bases(columns: Columns, line: Line, faults: list[Refusal]) -> tuple[str, ...]:
    cell = columns.cell(line, ACCEPT)
    return (read_upgrade_path(cell, columns, line, ACCEPT, faults) or ()) if cell else ()
