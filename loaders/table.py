"""A file as sheets of text lines, whatever its kind; what cannot be read is refused, with its place."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

from loaders import csv_file
from loaders.workbook import Workbook
from service.domain.limits import Limits
from service.domain.refusals import Refusal, refusal_error

SUFFIXES = (".csv", ".xlsx", ".xlsm")
ZIP = b"PK"
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank. `number` counts from 1 as an editor or Excel does; every cell is text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of one sheet, or of a CSV file, which has no name for it."""

    file: str
    name: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class UploadedFile:
    """A file that came without a folder: the name it goes by, and its bytes, to be read from the beginning."""

    name: str
    content: IO[bytes] = field(repr=False)

    @property
    def suffix(self) -> str:
        """The end of its name, from the last dot on."""
        return Path(self.name).suffix


InputFile = Path | UploadedFile


@dataclass(frozen=True)
class TableFile:
    """A file that was taken in whole; a workbook's sheet is read when it is asked for."""

    file: str
    sha256: str
    sheet_names: tuple[str, ...]
    _content: "Workbook | Sheet" = field(repr=False, compare=False)

    def sheet(self, name: str | None) -> Sheet:
        """One sheet by its name; None is the only sheet of a CSV file."""
        if isinstance(self._content, Sheet):
            if name is None:
                return self._content
            raise self._no_sheet(name, "a CSV file has no named sheets")
        if name is None or name not in self.sheet_names:
            raise self._no_sheet(name, f"its sheets are {', '.join(map(repr, self.sheet_names))}")
        return Sheet(self.file, name, _filled(self._content.rows(name)))

    def _no_sheet(self, name: str | None, there_are: str) -> Exception:
        wanted = "a sheet must be named" if name is None else f"there is no sheet {name!r}"
        reason = f"{wanted}; {there_are}"
        return refusal_error([Refusal(file=self.file, sheet=name, code="no-such-sheet", reason=reason)])


def open_table(path: InputFile, limits: Limits) -> TableFile:
    """Open a CSV file or a workbook; its suffix and its content must agree."""
    refusal = partial(Refusal, file=path.name)
    data = _content(path, limits, refusal)
    digest = hashlib.sha256(data).hexdigest()
    if _is_csv(path, data, refusal):
        lines = _filled(csv_file.read_rows(path.name, data, limits))
        if not lines:
            raise refusal_error([refusal(code="empty-file", reason="the file has nothing but blank lines")])
        return TableFile(path.name, digest, (), Sheet(path.name, None, lines))
    workbook = Workbook(path.name, data, limits)
    return TableFile(path.name, digest, workbook.names, workbook)


def _filled(rows: Iterable[tuple[int, tuple[str, ...]]]) -> tuple[Line, ...]:
    return tuple(Line(number, cells) for number, cells in rows)


def _content(path: InputFile, limits: Limits, refusal: partial[Refusal]) -> bytes:
    """The file's bytes, of which no more are taken than the limit."""
    try:
        data = _bytes(path, limits.file_bytes + 1, refusal)
    except (OSError, ValueError) as error:
        reason = f"the file cannot be opened: {getattr(error, 'strerror', None) or error}"
        raise refusal_error([refusal(code="unreadable-file", reason=reason)]) from error
    if len(data) > limits.file_bytes:
        reason = f"the file has more than {limits.file_bytes:,} bytes, the most that are read"
        raise refusal_error([refusal(code="file-too-large", reason=reason)])
    if not data:
        raise refusal_error([refusal(code="empty-file", reason="the file is empty")])
    return data


def _bytes(path: InputFile, most: int, refusal: partial[Refusal]) -> bytes:
    if isinstance(path, UploadedFile):
        path.content.seek(0)
        return path.content.read(most)
    if path.exists() and not path.is_file():
        raise refusal_error([refusal(code="unreadable-file", reason="this is a folder or a device, not a file")])
    with path.open("rb") as opened:
        return opened.read(most)


def _is_csv(path: InputFile, data: bytes, refusal: partial[Refusal]) -> bool:
    suffix, wrong = path.suffix.casefold(), partial(refusal, code="wrong-kind")
    if suffix not in SUFFIXES:
        reason = f"only {', '.join(SUFFIXES)} are read, not {suffix or 'a file without suffix'}"
        raise refusal_error([wrong(reason=reason)])
    if suffix == ".csv" and data.startswith((ZIP + b"\3\4", OLE)):
        raise refusal_error([wrong(reason="the name says CSV, but the content is that of a workbook")])
    if suffix != ".csv" and data.startswith(OLE):
        if ENCRYPTED in data:
            reason = "the workbook is protected with a password; save it without one"
            raise refusal_error([refusal(code="encrypted", reason=reason)])
        raise refusal_error([wrong(reason="this is a workbook of the old kind (.xls); save it as .xlsx")])
    if suffix != ".csv" and not data.startswith(ZIP):
        raise refusal_error([wrong(reason=f"the name says {suffix}, but the content is not that of a workbook")])
    return suffix == ".csv"
