"""CSV as RFC 4180 has it, in UTF-8: records with the line on which each begins."""

import csv
import io
import re
from collections.abc import Iterator
from functools import partial

from loaders.archive import CELL_BYTES
from service.domain.limits import Limits
from service.domain.refusals import Refusal, refusal_error

SHOWN = 40
UTF_8_BOM = b"\xef\xbb\xbf"
QUOTED = re.compile(r'(?:^|(?<=,))"(?:[^"]|"")*"(?=,|\r?\n|$)')
REASONS = {
    "unexpected end of data": "a quotation mark opens here and is never closed",
    "',' expected after '\"'": "after a closing quotation mark there must be a comma or the end of the line",
}
BREAK = "a carriage return stands alone; lines end with LF or CRLF"

Row = tuple[int, tuple[str, ...]]


def read_rows(file: str, data: bytes, limits: Limits) -> Iterator[Row]:
    """The records of a CSV file that are not blank."""
    refusal = partial(Refusal, file=file)
    kept, weight = 0, 0
    for line, cells in _records(refusal, data):
        if not any(map(str.strip, cells)):
            continue
        kept += 1
        if kept > limits.rows:
            reason = f"the file has more than {limits.rows:,} rows, the most that are read"
            raise refusal_error([refusal(line=line, code="too-many-rows", reason=reason)])
        weight += len(cells) * CELL_BYTES
        if weight > limits.unpacked_bytes:
            reason = f"up to here the cells take {weight:,} bytes, more than the {limits.unpacked_bytes:,} allowed"
            raise refusal_error([refusal(line=line, code="unpacks-too-large", reason=reason)])
        _check_cells(partial(refusal, line=line), cells, limits)
        yield line, tuple(cells)


def _records(refusal: partial[Refusal], data: bytes) -> Iterator[tuple[int, list[str]]]:
    # The limit of the csv module is one for the whole process: raised, never lowered. Ours is checked in its place.
    csv.field_size_limit(max(csv.field_size_limit(), len(data)))
    raw: list[str] = []
    reader = csv.reader(_lines(refusal, data, raw), strict=True)
    while True:
        begins = reader.line_num + 1
        raw.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise refusal_error(
                [refusal(line=begins, code="bad-csv", reason=REASONS.get(str(error), BREAK))]
            ) from error
        # The csv module takes `1, "2,3"` for three cells, in silence.
        if '"' in "".join(cells) and '"' in QUOTED.sub("", "".join(raw)):
            reason = "a quotation mark stands inside a cell that does not begin with one"
            raise refusal_error([refusal(line=begins, code="bad-csv", reason=reason)])
        yield begins, cells


def _lines(refusal: partial[Refusal], data: bytes, raw: list[str]) -> Iterator[str]:
    """The lines as text, each also left in `raw`; a line feed is never part of another character."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:2]:
        reason = "the file is in UTF-16; save it as `CSV UTF-8 (comma delimited)`"
        raise refusal_error([refusal(line=1, code="not-utf8", reason=reason)])
    for number, line in enumerate(io.BytesIO(data.removeprefix(UTF_8_BOM)), 1):
        try:
            raw.append(line.decode())
        except UnicodeDecodeError as error:
            shown = line[:SHOWN].decode(errors="replace")
            reason = "the line is not in UTF-8; save the file as `CSV UTF-8 (comma delimited)`"
            raise refusal_error([refusal(line=number, value=shown, code="not-utf8", reason=reason)]) from error
        if "\0" in raw[-1]:
            reason = "the line holds a NUL, which no text does"
            raise refusal_error([refusal(line=number, code="bad-csv", reason=reason)])
        yield raw[-1]


def _check_cells(refusal: partial[Refusal], cells: list[str], limits: Limits) -> None:
    if len(cells) > limits.columns:
        beyond = str(limits.columns + 1)
        reason = f"the line has {len(cells):,} columns, more than the {limits.columns:,} that are read"
        raise refusal_error(
            [refusal(column=beyond, value=cells[limits.columns][:SHOWN], code="too-many-columns", reason=reason)]
        )
    for column, cell in enumerate(cells, 1):
        if len(cell) > limits.cell_chars:
            reason = f"the cell has {len(cell):,} characters, more than the {limits.cell_chars:,} that are read"
            raise refusal_error([refusal(column=str(column), value=cell[:SHOWN], code="cell-too-long", reason=reason)])
