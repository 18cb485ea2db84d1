"""Opens a CSV file or workbook as sheets of text lines; a refusal names the place of the fault."""

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
    """A line with at least one filled cell. `number` counts from 1, as in an editor or Excel; every cell is text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of one sheet, or of a CSV file, whose sheet has the name None."""

    file: str
    name: str | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class UploadedFile:
    """A file from an HTTP request: its name and a stream of its bytes."""

    name: str
    content: IO[bytes] = field(repr=False)

    @property
    def suffix(self) -> str:
        """The suffix of the name, with its dot."""
        return Path(self.name).suffix


InputFile = Path | UploadedFile


@dataclass(frozen=True)
class TableFile:
    """An opened file. `sheet` reads a sheet of a workbook on demand."""

    file: str
    sha256: str
    sheet_names: tuple[str, ...]
    _content: "Workbook | Sheet" = field(repr=False, compare=False)

    def sheet(self, name: str | None) -> Sheet:
        """One sheet by its name; None is the only sheet of a CSV file. Raises FileRefused for an unknown sheet."""
        if isinstance(self._content, Sheet):
            if name is None:
                return self._content
            raise self._no_sheet(name, "a CSV file has no named sheets")
        if name is None or name not in self.sheet_names:
            raise self._no_sheet(name, f"its sheets are {', '.join(map(repr, self.sheet_names))}")
        return Sheet(self.file, name, _to_lines(self._content.rows(name)))

    def _no_sheet(self, name: str | None, available: str) -> Exception:
        fault = "the name of a sheet is expected" if name is None else f"there is no sheet {name!r}"
        reason = f"{fault}; {available}"
        return refusal_error([Refusal(file=self.file, sheet=name, code="no-such-sheet", reason=reason)])


def open_table(path: InputFile, limits: Limits) -> TableFile:
    """Opens a CSV file or a workbook. Raises FileRefused, also where the suffix does not fit the content."""
    refusal = partial(Refusal, file=path.name)
    data = _read_content(path, limits, refusal)
    digest = hashlib.sha256(data).hexdigest()
    if _is_csv(path, data, refusal):
        lines = _to_lines(csv_file.read_rows(path.name, data, limits))
        if not lines:
            raise refusal_error([refusal(code="empty-file", reason="the file has blank lines only")])
        return TableFile(path.name, digest, (), Sheet(path.name, None, lines))
    workbook = Workbook(path.name, data, limits)
    return TableFile(path.name, digest, workbook.names, workbook)


def _to_lines(rows: Iterable[tuple[int, tuple[str, ...]]]) -> tuple[Line, ...]:
    return tuple(Line(number, cells) for number, cells in rows)


def _read_content(path: InputFile, limits: Limits, refusal: partial[Refusal]) -> bytes:
    """The bytes of the file; reads no more than one byte beyond the limit."""
    try:
        data = _read_bytes(path, limits.file_bytes + 1, refusal)
    except (OSError, ValueError) as error:
        reason = f"the file cannot be opened: {getattr(error, 'strerror', None) or error}"
        raise refusal_error([refusal(code="unreadable-file", reason=reason)]) from error
    if len(data) > limits.file_bytes:
        reason = f"the file has more than {limits.file_bytes:,} bytes, which is the limit"
        raise refusal_error([refusal(code="file-too-large", reason=reason)])
    if not data:
        raise refusal_error([refusal(code="empty-file", reason="the file is empty")])
    return data


def _read_bytes(path: InputFile, size: int, refusal: partial[Refusal]) -> bytes:
    if isinstance(path, UploadedFile):
        path.content.seek(0)
        return path.content.read(size)
    if path.exists() and not path.is_file():
        raise refusal_error([refusal(code="unreadable-file", reason="a file is expected, not a folder or a device")])
    with path.open("rb") as stream:
        return stream.read(size)


def _is_csv(path: InputFile, data: bytes, refusal: partial[Refusal]) -> bool:
    suffix, wrong_kind = path.suffix.casefold(), partial(refusal, code="wrong-kind")
    if suffix not in SUFFIXES:
        ending = f"ends with {suffix}" if suffix else "has no suffix"
        reason = f"the name must end with {', '.join(SUFFIXES)}; this one {ending}"
        raise refusal_error([wrong_kind(reason=reason)])
    if suffix == ".csv" and data.startswith((ZIP + b"\3\4", OLE)):
        raise refusal_error([wrong_kind(reason="the name ends with .csv, but the content is a workbook")])
    if suffix != ".csv" and data.startswith(OLE):
        if ENCRYPTED in data:
            reason = "the workbook is protected with a password; save it without one"
            raise refusal_error([refusal(code="encrypted", reason=reason)])
        raise refusal_error([wrong_kind(reason="the content is a workbook of the old kind (.xls); save it as .xlsx")])
    if suffix != ".csv" and not data.startswith(ZIP):
        raise refusal_error([wrong_kind(reason=f"the name ends with {suffix}, but the content is not a workbook")])
    return suffix == ".csv"
