"""Reads CSV files (RFC 4180, UTF-8) as records, each with the number of its first line."""

import csv
import io
import re
from collections.abc import Iterator
from functools import partial

from loaders.zip_archive import CELL_BYTES, refuse_file
from service.domain.limits import Limits
from service.errors import FileRefused

SHOWN_CHARS = 40
UTF_8_BOM = b"\xef\xbb\xbf"
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
COMMA_SEPARATED = "`CSV UTF-8 (comma delimited)`"
SNIFFED_BYTES = 1 << 18
SEP_LINE = re.compile(r'\s*"?sep=.?"?[\s,;]*', re.I)
QUOTED = {
    separator: re.compile(rf'(?:^|(?<={separator}))"(?:[^"]|"")*"(?={separator}|\r?\n|$)') for separator in SEPARATORS
}
REASONS = {
    "unexpected end of data": "the quotation mark that opens here is never closed",
    "',' expected after '\"'": "after a closing quotation mark there must be a separator or the end of the line",
}
LONE_CARRIAGE_RETURN = "a carriage return stands alone; lines must end with LF or CRLF"

Row = tuple[int, tuple[str, ...]]


def find_separator(file: str, data: bytes) -> str:
    """Returns the character that separates most cells of the first line that is not blank: a comma, `;` or a tab.

    Raises FileRefused for a first line such as `sep=;`, which Excel alone understands.
    """
    text = data[:SNIFFED_BYTES].removeprefix(UTF_8_BOM).decode(errors="replace")
    number, first = next(((n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip(" ,;\t\r")), (1, ""))
    if SEP_LINE.fullmatch(first):
        reason = f"this line is for Excel alone; remove it, and save the file as {COMMA_SEPARATED}"
        raise refuse_file(file=file, line=number, value=first.strip(), code="sep-line", reason=reason)
    unquoted = re.sub(r'"[^"]*"?', "", first)
    return max(SEPARATORS, key=unquoted.count)


def read_rows(file: str, data: bytes, limits: Limits, separator: str = ",") -> Iterator[Row]:
    """Yields each record of a CSV file that is not blank, with the number of the record's first line.

    Raises FileRefused for a malformed file, and for a file beyond the limits.
    """
    refuse = partial(refuse_file, file=file)
    rows, cell_bytes = 0, 0
    for line, cells in _records(refuse, data, separator):
        if not any(map(str.strip, cells)):
            continue
        rows += 1
        if rows > limits.rows:
            reason = f"the file has more than {limits.rows:,} rows, which is the limit"
            raise refuse(line=line, code="too-many-rows", reason=reason)
        cell_bytes += len(cells) * CELL_BYTES
        if cell_bytes > limits.unpacked_bytes:
            reason = f"up to here the cells take {cell_bytes:,} bytes; the limit is {limits.unpacked_bytes:,}"
            raise refuse(line=line, code="unpacks-too-large", reason=reason)
        _check_cells(partial(refuse, line=line), cells, limits)
        yield line, tuple(cells)


def _records(refuse: partial[FileRefused], data: bytes, separator: str) -> Iterator[tuple[int, list[str]]]:
    # The csv module has one limit for the whole process, so it only ever grows. `_check_cells` checks the real limit.
    csv.field_size_limit(max(csv.field_size_limit(), len(data)))
    raw_lines: list[str] = []
    reader = csv.reader(_lines(refuse, data, raw_lines), delimiter=separator, strict=True)
    reasons = {text.replace("','", f"'{separator}'"): reason for text, reason in REASONS.items()}
    quoted = QUOTED[separator]
    while True:
        first_line = reader.line_num + 1
        raw_lines.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            reason = reasons.get(str(error), LONE_CARRIAGE_RETURN)
            raise refuse(line=first_line, code="bad-csv", reason=reason) from error
        # The csv module reads `1, "2,3"` as three cells without an error.
        if '"' in "".join(cells) and '"' in quoted.sub("", "".join(raw_lines)):
            reason = "a quotation mark stands inside a cell that does not begin with one"
            raise refuse(line=first_line, code="bad-csv", reason=reason)
        yield first_line, cells


def _lines(refuse: partial[FileRefused], data: bytes, raw_lines: list[str]) -> Iterator[str]:
    """Yields the lines of a file as text, and appends each to `raw_lines`.

    The bytes are split at line feeds before they are decoded: in UTF-8 no other character contains that byte.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:2]:
        raise refuse(line=1, code="not-utf8", reason="the file is in UTF-16; save it as `CSV UTF-8 (comma delimited)`")
    for number, line in enumerate(io.BytesIO(data.removeprefix(UTF_8_BOM)), 1):
        try:
            raw_lines.append(line.decode())
        except UnicodeDecodeError as error:
            shown = line[:SHOWN_CHARS].decode(errors="replace")
            reason = "the line is not in UTF-8; save the file as `CSV UTF-8 (comma delimited)`"
            raise refuse(line=number, value=shown, code="not-utf8", reason=reason) from error
        if "\0" in raw_lines[-1]:
            raise refuse(line=number, code="bad-csv", reason="the line has a NUL character; remove it")
        yield raw_lines[-1]


def _check_cells(refuse: partial[FileRefused], cells: list[str], limits: Limits) -> None:
    if len(cells) > limits.columns:
        first_beyond, value = str(limits.columns + 1), cells[limits.columns][:SHOWN_CHARS]
        reason = f"the line has {len(cells):,} columns; the limit is {limits.columns:,}"
        raise refuse(column=first_beyond, value=value, code="too-many-columns", reason=reason)
    for column, cell in enumerate(cells, 1):
        if len(cell) > limits.cell_chars:
            reason = f"the cell has {len(cell):,} characters; the limit is {limits.cell_chars:,}"
            raise refuse(column=str(column), value=cell[:SHOWN_CHARS], code="cell-too-long", reason=reason)
