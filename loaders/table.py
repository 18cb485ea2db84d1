"""Opens CSV files and workbooks as sheets of text lines. A refusal of a cell names its line and column."""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from loaders import csv_file
from loaders.sheet_scan import MergedRange, column_letters
from loaders.workbook import CellFaults, Workbook, WorkbookRow
from loaders.zip_archive import refuse_file
from service.domain.limits import Limits
from service.domain.work import check_work
from service.errors import FileRefused

SUFFIXES = (".csv", ".xlsx", ".xlsm")
ZIP = b"PK"
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Line:
    """A line with at least one filled cell. `number` counts from 1, as in an editor or in Excel; every cell is text.

    `faults` has the position, code and reason of each cell of a workbook whose displayed text the loader cannot know.
    """

    number: int
    cells: tuple[str, ...]
    faults: CellFaults = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of one sheet of a workbook, or of a CSV file, whose only sheet has the name None.

    `separator` stands between the cells of a CSV file. `hidden` says whether Excel shows the sheet, and `hidden_rows`
    which of its rows are hidden or filtered out.
    """

    file: str
    name: str | None
    lines: tuple[Line, ...]
    separator: str = ","
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    merges: tuple[MergedRange, ...] = ()

    def column_label(self, position: int) -> str:
        """Returns the name of a column without a heading: its letters in a workbook, its number in a CSV file."""
        return str(position + 1) if self.name is None else column_letters(position + 1)


@dataclass(frozen=True)
class UploadedFile:
    """A file that has no path, from an HTTP request or from stdin: its name, and a stream of its bytes."""

    name: str
    content: IO[bytes] = field(repr=False)

    @property
    def suffix(self) -> str:
        """Returns the suffix of the file's name, including the dot."""
        return Path(self.name).suffix


InputFile = Path | UploadedFile
OnProgress = Callable[[int, int], None]
"""A function that gets the number of rows read so far, and the number of all rows."""


@dataclass(frozen=True)
class TableFile:
    """An opened CSV file or workbook, with the names of its sheets. The method `sheet` parses a sheet on demand."""

    file: str
    sha256: str
    sheet_names: tuple[str, ...]
    _content: "Workbook | Sheet" = field(repr=False, compare=False)

    def sheet(self, name: str | None) -> Sheet:
        """Returns the sheet of the file with the name given; None is the name of the only sheet of a CSV file.

        Raises FileRefused for another name.
        """
        if isinstance(self._content, Sheet):
            if name is None:
                return self._content
            raise self._no_sheet(name, "a CSV file has no named sheets")
        if name is None or name not in self.sheet_names:
            raise self._no_sheet(name, f"its sheets are {', '.join(map(repr, self.sheet_names))}")
        content, hidden = self._content.sheet(name), name in self._content.hidden
        lines = tuple(_checked_lines(content.rows))
        marks = content.marks
        return Sheet(self.file, name, lines, ",", hidden, frozenset(marks.hidden_rows), tuple(marks.merges))

    def first_cells(self, name: str | None) -> tuple[str, ...]:
        """Returns the cells of the first line of a sheet. Raises FileRefused as `sheet` does."""
        if isinstance(self._content, Sheet) or name not in self.sheet_names:
            lines = self.sheet(name).lines
            return lines[0].cells if lines else ()
        assert name is not None
        with closing(self._content.sheet(name).rows) as rows:
            return next((cells for _, cells, _ in rows), ())

    @property
    def hidden_sheets(self) -> frozenset[str]:
        """Returns the names of the sheets that Excel does not show."""
        return frozenset() if isinstance(self._content, Sheet) else self._content.hidden

    def _no_sheet(self, name: str | None, available: str) -> FileRefused:
        fault = "the name of a sheet is expected" if name is None else f"there is no sheet {name!r}"
        return refuse_file(file=self.file, sheet=name, code="no-such-sheet", reason=f"{fault}; {available}")


def open_table(path: InputFile, limits: Limits) -> TableFile:
    """Opens a CSV file or a workbook.

    Raises FileRefused for a file that it cannot open, and for content that does not fit the suffix of the file's name.
    """
    refuse = partial(refuse_file, file=path.name)
    data = _read_content(path, limits, refuse)
    digest = hashlib.sha256(data).hexdigest()
    if _is_csv(path, data, refuse):
        separator = csv_file.find_separator(path.name, data)
        rows = csv_file.read_rows(path.name, data, limits, separator)
        lines = tuple(_checked_lines(rows))
        if not lines:
            raise refuse(code="empty-file", reason="the file has blank lines only")
        return TableFile(path.name, digest, (), Sheet(path.name, None, lines, separator))
    workbook = Workbook(path.name, data, limits)
    return TableFile(path.name, digest, workbook.names, workbook)


def is_workbook(data: bytes) -> bool:
    """Returns whether the content of a file begins as that of a workbook, of the new kind or of the old one."""
    return data.startswith((ZIP + b"\3\4", OLE))


def each_line(lines: tuple[Line, ...], on_progress: OnProgress | None) -> Iterator[Line]:
    """Yields the lines given. Reports the progress each time the caller has processed a line."""
    for done, line in enumerate(lines, start=1):
        yield line
        if on_progress:
            on_progress(done, len(lines))


def _checked_lines(rows: Iterable[csv_file.Row | WorkbookRow]) -> Iterator[Line]:
    for row in rows:
        check_work()
        yield Line(*row)


def _read_content(path: InputFile, limits: Limits, refuse: partial[FileRefused]) -> bytes:
    """Returns the bytes of a file. Reads at most one byte beyond the limit, to recognise a file that is too large."""
    try:
        data = _read_bytes(path, limits.file_bytes + 1, refuse)
    except (OSError, ValueError) as error:
        reason = f"the file cannot be opened: {getattr(error, 'strerror', None) or error}"
        raise refuse(code="unreadable-file", reason=reason) from error
    if len(data) > limits.file_bytes:
        reason = f"the file has more than {limits.file_bytes:,} bytes, which is the limit"
        raise refuse(code="file-too-large", reason=reason)
    if not data:
        raise refuse(code="empty-file", reason="the file is empty")
    return data


def _read_bytes(path: InputFile, size: int, refuse: partial[FileRefused]) -> bytes:
    if isinstance(path, UploadedFile):
        path.content.seek(0)
        return path.content.read(size)
    if path.exists() and not path.is_file():
        raise refuse(code="unreadable-file", reason="a file is expected, not a folder or a device")
    with path.open("rb") as stream:
        return stream.read(min(size, os.fstat(stream.fileno()).st_size + 1))  # Python allocates the whole size at once


def _is_csv(path: InputFile, data: bytes, refuse: partial[FileRefused]) -> bool:
    suffix, wrong_kind = path.suffix.casefold(), partial(refuse, code="wrong-kind")
    if suffix not in SUFFIXES:
        ending = f"ends with {suffix}" if suffix else "has no suffix"
        raise wrong_kind(reason=f"the name must end with {', '.join(SUFFIXES)}; this one {ending}")
    if suffix == ".csv" and is_workbook(data):
        raise wrong_kind(reason="the name ends with .csv, but the content is a workbook")
    if suffix != ".csv" and data.startswith(OLE):
        if ENCRYPTED in data:
            raise refuse(code="encrypted", reason="the workbook is protected with a password; save it without one")
        raise wrong_kind(reason="the content is a workbook of the old kind (.xls); save it as .xlsx")
    if suffix != ".csv" and not data.startswith(ZIP):
        raise wrong_kind(reason=f"the name ends with {suffix}, but the content is not a workbook")
    return suffix == ".csv"
