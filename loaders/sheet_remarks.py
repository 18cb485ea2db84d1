"""Remarks on a sheet as a whole: hidden rows that were read, merged cells, a hidden sheet, an unusual separator."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby

from loaders.csv_file import SEPARATORS
from loaders.sheet_scan import MergedRange
from loaders.table import Line, Sheet
from service.domain.refusals import LoadRemark

MAX_NAMED = 10
"""The largest number of lines or ranges that a remark names; it counts the others."""


class MergedCells:
    """The cells of a sheet that lie under a merged cell: they are blank in the file, but look filled in Excel."""

    def __init__(self, merges: Sequence[MergedRange], positions: Sequence[int]) -> None:
        self._rows = {position: rows for position in positions if (rows := _covered_rows(merges, position))}

    def __bool__(self) -> bool:
        return bool(self._rows)

    def covers(self, line: int, position: int) -> bool:
        """Returns whether the cell at the line and position given lies under a merged cell."""
        rows = self._rows.get(position, ())
        index = bisect_right(rows, (line, line)) if rows else 0
        return any(first <= line <= last for first, last in rows[max(index - 1, 0) : index + 1])


def _covered_rows(merges: Sequence[MergedRange], position: int) -> list[tuple[int, int]]:
    """Returns the intervals of rows, in order and apart, of which the cell at the position lies under a merged cell."""
    intervals = sorted(
        (merge.top + (merge.left == position + 1), merge.bottom)
        for merge in merges
        if merge.left <= position + 1 <= merge.right
    )
    apart: list[tuple[int, int]] = []
    for first, last in intervals:
        if apart and first <= apart[-1][1] + 1:
            apart[-1] = (apart[-1][0], max(apart[-1][1], last))
        elif first <= last:
            apart.append((first, last))
    return apart


def sheet_remarks(sheet: Sheet, lines: Sequence[Line], width: int) -> Iterator[LoadRemark]:
    """Yields the remarks on a sheet of which the lines given were read as data, in the first `width` columns."""
    if sheet.hidden:
        yield LoadRemark(code="hidden-sheet", text=f"The sheet {sheet.name!r}, which is hidden, was read.")
    if sheet.separator != ",":
        text = f"The columns of the file are separated by {SEPARATORS[sheet.separator]}, and were read so."
        yield LoadRemark(code="other-separator", text=text)
    hidden = [line.number for line in lines if line.number in sheet.hidden_rows] if sheet.hidden_rows else []
    if hidden:
        text = f"Rows that are hidden or filtered out were read: {_named(_ranges(hidden))}."
        yield LoadRemark(code="hidden-rows", text=text, line=hidden[0])
    first, last = (lines[0].number, lines[-1].number) if lines else (1, 0)
    merged = [merge for merge in sheet.merges if merge.bottom >= first and merge.top <= last and merge.left <= width]
    if merged:
        addresses = _named([merge.address for merge in merged])
        text = f"Merged cells: {addresses}. The first cell has the value; the loader reads the others as blank."
        yield LoadRemark(code="merged-cells", text=text, line=max(merged[0].top, first))


def _ranges(numbers: Sequence[int]) -> list[str]:
    """Returns ascending numbers as text, with runs of them as `4 to 9`."""
    runs = [list(run) for _, run in groupby(enumerate(numbers), lambda each: each[1] - each[0])]
    return [f"{run[0][1]} to {run[-1][1]}" if len(run) > 1 else str(run[0][1]) for run in runs]


def _named(names: Sequence[str]) -> str:
    beyond = len(names) - MAX_NAMED
    return ", ".join(names[:MAX_NAMED]) + (f" and {beyond} more" if beyond > 0 else "")
