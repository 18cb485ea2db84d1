"""Finds the named columns of a sheet by its heading row, and builds refusals that name a cell by line and column."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from loaders.sheet_remarks import MergedCells, sheet_remarks
from loaders.table import Line, Sheet
from service.domain import fir_columns
from service.domain.memo import cached_property
from service.domain.refusals import LoadRemark, Refusal, escape_invisible

SHOWN_CHARS = 100
UNREAD = ("error-cell", "cell-format", "merged-cell")
"""The codes of cells of which the value is not known, so that further refusals of the cell say nothing."""


@dataclass(frozen=True)
class Columns:
    """The position of each named column of a sheet. Names match in any case, without spaces at their ends.

    `headed` has the positions of all columns with a heading, and `headings` is the line in which the headings stand.
    A blank cell of a column in `unmerged` is refused where it lies under a merged cell.
    """

    sheet: Sheet
    positions: dict[str, int]
    headed: frozenset[int] = frozenset()
    headings: Line | None = None
    unmerged: tuple[str, ...] = ()

    def __contains__(self, name: str) -> bool:
        return name in self.positions

    def cell(self, line: Line, name: str) -> str:
        """Returns the cell of a line in the column named, without spaces at its ends.

        Returns a blank if the line is too short, or if the sheet has no such column.
        """
        position = self.positions.get(name)
        return line.cells[position].strip() if position is not None and position < len(line.cells) else ""

    def refusal(self, line: Line | None, name: str, code: str, reason: str) -> Refusal:
        """Builds the refusal of the cell in the line and column given, or of the column's heading if `line` is None."""
        value = self.cell(line, name)[:SHOWN_CHARS] if line else None
        return self._refusal((line or self.headings), name, value, code, reason)

    def line_faults(self, line: Line) -> list[Refusal]:
        """Returns the refusals of the cells that no loader may read, whatever their columns mean.

        These are cells without a heading, cells of which the text shown is not known, and blank cells of the columns
        `unmerged` under a merged cell.
        """
        faults, label = [], self.sheet.column_label
        if len(line.cells) > self._width or self._gaps:
            faults = [
                self._refusal(line, label(at), cell.strip()[:SHOWN_CHARS], "no-heading", self._unheaded)
                for at, cell in enumerate(line.cells)
                if at not in self.headed and cell.strip()
            ]
        if line.faults:
            names = {position: name for name, position in self.positions.items()}
            faults += [self.refusal(line, names[at], code, reason) for at, code, reason in line.faults if at in names]
        if self._merged:
            reason = "the cell lies under a merged cell and has no value of its own; unmerge the cells and fill each"
            faults += [
                self.refusal(line, name, "merged-cell", reason)
                for name in self.unmerged
                if name in self and not self.cell(line, name) and self._merged.covers(line.number, self.positions[name])
            ]
        return faults

    def distinct(self, line: Line, faults: list[Refusal]) -> list[Refusal]:
        """Returns the refusals of a line without those of cells that `line_faults` has refused already."""
        if not (line.faults or self._merged):
            return faults
        unread = {fault.column for fault in faults if fault.code in UNREAD}
        return [fault for fault in faults if fault.code in UNREAD or fault.column not in unread]

    def remarks(self, lines: Sequence[Line]) -> list[LoadRemark]:
        """Returns the remarks on the sheet as a whole, of which the lines given are the data."""
        return list(sheet_remarks(self.sheet, lines, self._width))

    @cached_property
    def _width(self) -> int:
        return max(self.headed, default=-1) + 1

    @cached_property
    def _gaps(self) -> bool:
        return len(self.headed) < self._width

    @cached_property
    def _unheaded(self) -> str:
        hint = "; several bases in one cell are separated by `;`, or the cell is quoted"
        return "the cell has no heading; remove it, or give its column a heading" + (
            hint if fir_columns.PATH in self else ""
        )

    @cached_property
    def _merged(self) -> MergedCells:
        positions = [self.positions[name] for name in self.unmerged if name in self] if self.sheet.merges else []
        return MergedCells(self.sheet.merges, positions)

    def _refusal(self, line: Line | None, column: str, value: str | None, code: str, reason: str) -> Refusal:
        return Refusal(
            file=self.sheet.file,
            sheet=self.sheet.name,
            line=line.number if line else None,
            column=column,
            value=value,
            code=code,
            reason=reason,
        )


def find_columns(
    sheet: Sheet,
    known: Sequence[str],
    required: Sequence[str],
    headings: Line | None = None,
    unmerged: Sequence[str] = (),
) -> tuple[Columns, list[str], list[Refusal]]:
    """Returns the known columns of a sheet, the unknown headings, and a refusal for each missing or repeated column.

    `headings` is the line of the headings, by default the first line of the sheet.
    """
    headings = headings or next(iter(sheet.lines), None)
    names = {normalise_heading(name): name for name in known}
    positions: dict[str, int] = {}
    unknown, repeated = [], []
    cells = headings.cells if headings else ()
    for position, heading in enumerate(cells):
        name = names.get(normalise_heading(heading))
        if name is None:
            unknown += [heading.strip()] if heading.strip(" .") else []
        elif name in positions:
            repeated.append(name)
        else:
            positions[name] = position
    headed = frozenset(position for position, heading in enumerate(cells) if heading.strip(" ."))
    columns = Columns(sheet, positions, headed, headings, tuple(unmerged))
    alike = {normalise_heading(_visible(heading)): heading for heading in unknown if heading != _visible(heading)}
    missing = [name for name in required if name not in columns]
    faults = [_missing_column(columns, name, alike.get(normalise_heading(name))) for name in missing]
    faults += [
        columns.refusal(None, name, "column-twice", "The file has this column twice; keep one.") for name in repeated
    ]
    mistyped = set(map(normalise_heading, missing))
    return columns, [heading for heading in unknown if normalise_heading(_visible(heading)) not in mistyped], faults


def _missing_column(columns: Columns, name: str, alike: str | None) -> Refusal:
    if alike is None:
        return columns.refusal(None, name, "missing-column", "The file must have this column.")
    reason = f"The heading '{escape_invisible(alike)}' has invisible characters; type it again as {name}."
    return columns.refusal(None, name, "missing-column", reason).model_copy(update={"value": escape_invisible(alike)})


def _visible(text: str) -> str:
    return "".join(filter(str.isprintable, text))


def normalise_heading(heading: str) -> str:
    """Returns a heading in lower case, without spaces at its ends and with single spaces within."""
    return re.sub(r"\s+", " ", heading).strip().lower()
