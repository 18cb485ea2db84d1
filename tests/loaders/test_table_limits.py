"""Malformed, hostile and too large files are refused with the place of the fault and in bounded memory."""

import io
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock, Mock

import pytest

import loaders.workbook_package
import loaders.zip_archive
from loaders.table import Line, open_table
from service.domain.limits import Limits
from service.errors import FileRefused

SMALL = Limits(file_bytes=100_000, unpacked_bytes=200_000, rows=20, columns=5, cell_chars=50)
ROOT = Path(__file__).parents[2]
BROKEN, SHEET = "not-a-workbook", "xl/worksheets/sheet1.xml"
SHARED = '<c r="%s" t="s"><v>0</v></c>'
OLE = bytes.fromhex("D0CF11E0A1B11AE1")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%s</Relationships>'
TWO = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="%s" sheetId="1" r:id="b"/>'
    '<sheet name="%s" sheetId="2" r:id="c"/></sheets></workbook>'
)
PARTS = {
    "_rels/.rels": RELATIONS % f'<Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>',
    "xl/workbook.xml": TWO % ("S", "Other"),
    "xl/_rels/workbook.xml.rels": RELATIONS
    % (
        f'<Relationship Id="b" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="c" Type="{OFFICE}/worksheet" Target="/xl/worksheets/sheet2.xml"/>'
        f'<Relationship Id="d" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    ),
}


def sheet(cells: str) -> str:
    return f'<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>'


def row(cells: str) -> str:
    return f'<row r="1">{cells}</row>'


def cell(address: str) -> str:
    return f'<c r="{address}"><v>1</v></c>'


def texts(*shared: str) -> str:
    return f'<sst xmlns="{MAIN}">{"".join(f"<si><t>{text}</t></si>" for text in shared)}</sst>'


def archive(parts: dict[str, Any], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return out.getvalue()


def workbook(cells: str = "", shared: str = texts("x"), **more: Any) -> bytes:
    """A workbook of sheet `S` with these cells, and a sheet `Other` that no test reads."""
    own = {SHEET: sheet(cells), "xl/worksheets/sheet2.xml": sheet(cell("XFD9"))}
    return archive(PARTS | own | {"xl/sharedStrings.xml": shared} | more)


def with_false_size(data: bytes, size: int) -> bytes:
    """The archive with a false size of the sheet in its directory, and the matching checksum."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        checksum = zlib.crc32(opened.read(SHEET)[:size])
    changed, at = bytearray(data), data.rindex(b"PK\1\2", 0, data.rindex(SHEET.encode()))
    struct.pack_into("<I", changed, at + 16, checksum)
    struct.pack_into("<I", changed, at + 24, size)
    return bytes(changed)


LONG = "x" * 51
CSV = {
    "nothing": (b"", "empty-file"),
    "only blank lines": (b"\xef\xbb\xbf\n , \n\n", "empty-file"),
    "a zip": (b"PK\3\4rest", "wrong-kind"),
    "an old workbook": (OLE + bytes(600), "wrong-kind"),
    "latin-1": (b"a\nb\nPr\xe9cis\n", "not-utf8 3"),
    "utf-16": ("a,b\n".encode("utf-16"), "not-utf8 1"),
    "utf-16 without a mark": ("a,b\n".encode("utf-16-le"), "not-utf8 1"),
    "a quote never closed": (b'a,b\nc,"d\ne,f\n', "bad-csv 2"),
    "text after a quote": (b'a\n"b"c\n', "bad-csv 2"),
    "a quote in a bare cell": (b'a,b\n"c""c",d\n1,x"y\n', "bad-csv 3"),
    "a space before a quote": (b'a,b\n1, "2,3"\n', "bad-csv 2"),
    "a NUL": (b"a\nb\nc\0d\n", "bad-csv 3"),
    "a lone carriage return": (b"a\nb\rc\n", "bad-csv 2"),
    "too many bytes": (b"x\n" * 50_001, "file-too-large"),
    "too many rows": (b"x\n\n" * 20 + b"last", "too-many-rows 41"),
    "too many columns": (b"a,b\n1,2,3,4,5,six,7\n", "too-many-columns 2 6 six"),
    "a cell too long": (f"a,b\n1,{LONG}\n".encode(), f"cell-too-long 2 2 {LONG[:40]}"),
}
WORKBOOK = {
    "text": (b"a,b\n1,2\n", "wrong-kind"),
    "an old workbook": (OLE + bytes(600), "wrong-kind"),
    "a password": (OLE + "EncryptedPackage".encode("utf-16-le") + bytes(99), "encrypted"),
    "a password on the zip": (workbook().replace(b"PK\1\2\x14\3\x14\0\0", b"PK\1\2\x14\3\x14\0\1"), "encrypted"),
    "a zip cut off": (workbook(row("<c><v>1</v></c>" * 9))[:-40], BROKEN),
    "a part overwritten": (workbook().replace(b"xl/workbook.xml", b"xl/w\0rkbook.xml", 1), BROKEN),
    "a zip of something else": (archive({"word/document.xml": "<a/>"}), BROKEN),
    "no sheets": (workbook(**{"xl/workbook.xml": "<a><sheets><b/></sheets></a>"}), BROKEN),
    "no XML": (workbook(**{"xl/workbook.xml": "<workbook>"}), BROKEN),
    "a list of sheets too long": (workbook(**{"xl/workbook.xml": TWO % ("S", "T") + " " * 2_000}), BROKEN),
    "a sheet named twice": (workbook(**{"xl/workbook.xml": TWO % ("S", "S")}), BROKEN),
    "a sheet that is not there": (archive(PARTS), BROKEN),
    "a part twice": (workbook(**{"XL/worksheets/SHEET1.xml": sheet("")}), BROKEN),
    "bzip2": (archive(PARTS, zipfile.ZIP_BZIP2), BROKEN),
    "too many parts": (workbook(**{f"{n}.xml": "" for n in range(30)}), BROKEN),
    "a DOCTYPE in a part never read": (workbook(**{"docProps/app.xml": "<!DOCTYPE a []><a/>"}), BROKEN),
    "a lying directory": (with_false_size(workbook(row("<c/>" * 500)), 100), BROKEN),
    "a sheet cut off": (workbook(**{SHEET: "<worksheet><sheetData><row>"}), BROKEN),
    "a sheet in UTF-16": (workbook(**{SHEET: sheet("").encode("utf-16")}), BROKEN),
    "an address that is none": (workbook(row(cell("$A$1"))), BROKEN),
    "too many rows": (workbook(row(cell("B21"))), "too-many-rows 21 B"),
    "too many columns": (workbook(row(cell("F1"))), "too-many-columns 1 F"),
    "... in other words": (workbook(row("<c s='1'\n r = 'XFD9' ><v>1</v></c>")), "too-many-columns 9 XFD"),
    "... with a prefix": (workbook(row(f'<x:c xmlns:x="{MAIN}" r="F1"><v>1</v></x:c>')), "too-many-columns 1 F"),
    "... without addresses": (workbook(f"<row>{'<c><v>1</v></c>' * 6}</row>"), "too-many-columns 1 F"),
    "... hidden behind a >": (workbook(row('<c x=">" r="G3"><v>1</v></c>')), "too-many-columns 3 G"),
    "too many cells in one place": (workbook(row(cell("A1") * 6_251)), "unpacks-too-large"),
    "... not all plain": (workbook(row("<c r='B1'/>" + cell("A1") * 6_251)), "unpacks-too-large 1 A"),
    "a cell too long": (
        workbook(row(f'<c r="B1" t="inlineStr"><is><t>{LONG}</t></is></c>')),
        f"cell-too-long 1 B {LONG[:40]}",
    ),
    "a shared text too long": (workbook(row(SHARED % "C2"), texts(LONG)), f"cell-too-long 2 C {LONG[:40]}"),
    "a shared text too often": (workbook(row(SHARED % "A1" * 21), texts("y" * 9_600)), "unpacks-too-large 1 A"),
    "too many shared texts": (workbook(row(SHARED % "A1"), texts(*[""] * 6_251)), "unpacks-too-large"),
    "a text that is not there": (workbook(row('<c r="A1" t="s"><v>1</v></c>')), BROKEN),
}


def refusal(path: Path) -> Any:
    with pytest.raises(FileRefused) as refused:
        open_table(path, SMALL).sheet(None if path.suffix == ".csv" else "S")
    return refused.value.extra["refusals"][0]


def check(folder: Path, name: str, content: bytes, expected: str) -> None:
    (folder / name).write_bytes(content)
    refused = refusal(folder / name)
    place = [refused.code, refused.line, refused.column, None if refused.code == "not-utf8" else refused.value]
    assert (" ".join(str(word) for word in place if word is not None), refused.file) == (expected, name)
    assert refused.sheet == "S" or name.endswith(".csv") or not refused.column


@pytest.mark.parametrize(("content", "expected"), CSV.values(), ids=CSV)
def test_a_malformed_csv_file_is_refused_with_its_place(tmp_path, content, expected):
    """Each kind of damage has its code, line, column and the start of the cell."""
    check(tmp_path, "entries.csv", content, expected)


@pytest.mark.parametrize("chunk", [1 << 18, 5])
@pytest.mark.parametrize(("content", "expected"), WORKBOOK.values(), ids=WORKBOOK)
def test_a_malformed_workbook_is_refused_with_its_place(tmp_path, monkeypatch, content, expected, chunk):
    """The same, wherever the boundaries between the unpacked chunks are."""
    monkeypatch.setattr(loaders.zip_archive, "CHUNK_BYTES", chunk)
    monkeypatch.setattr(loaders.workbook_package, "MAX_STRUCTURE_BYTES", 2_000)
    monkeypatch.setattr(loaders.zip_archive, "MAX_PARTS", 20)
    check(tmp_path, "entries.xlsx", content, expected)


@pytest.mark.parametrize("name", ["entries.xls", "entries.ods", "entries.txt", "entries"])
def test_other_file_types_are_refused_by_name(tmp_path, name):
    """Only CSV, XLSX and XLSM files are opened."""
    (tmp_path / name).write_bytes(b"a,b\n")
    assert refusal(tmp_path / name).code == "wrong-kind"


READABLE = {
    "a prefix": f'<x:row xmlns:x="{MAIN}" r="2"><x:c r="B2" t="s"><x:v>0</x:v></x:c></x:row>',
    "another order and other quotes": row("<c t='s' r='B2' ><v>0</v></c>"),
    "no addresses": '<row r="2"><c/><c t="s"><v>0</v></c></row>',
    "styled blank cells beyond the limits": row('<c r="B2" t="s"><v>0</v></c><c r="XFD1048576" s="0"/>'),
    "a formula with a result": row('<c r="B2" t="str"><f>A1</f><v>shared</v></c><c t="str"><f>A1</f><v/></c>'),
}


@pytest.mark.parametrize("cells", READABLE.values(), ids=READABLE)
def test_every_valid_form_of_a_sheet_is_read(tmp_path, cells):
    """Prefixes, orders and missing addresses, as other programs write them, are valid; `Other` is not read."""
    (tmp_path / "a.xlsx").write_bytes(workbook(cells, texts("shared"), **{"xl/embedded.xlsx": workbook()}))
    assert open_table(tmp_path / "a.xlsx", SMALL).sheet("S").lines == (Line(2, ("", "shared")),)


UNREADABLE = {
    "an error": ('<c r="A2" t="e"><v>#REF!</v></c>', "#REF!"),
    "an error in other quotes": ("<c r='A2' t='e'><v>#N/A</v></c>", "#N/A"),
    "a formula never computed": ('<c r="A2"><f>1+1</f><v/></c>', ""),
    "... without a result": ('<c r="A2"><f>1+1</f></c>', ""),
    "... of text": ('<c r="A2" t="str"><f>1+1</f></c>', ""),
    "... of shared text": ('<c r="A2" t="s"><f>1+1</f></c>', ""),
    "... of inline text": ('<c r="A2" t="inlineStr"><f>1+1</f></c>', ""),
    "... of a boolean": ('<c r="A2" t="b"><f>1+1</f><v></v></c>', ""),
    "... of an error": ('<c r="A2" t="e"><f>1+1</f></c>', ""),
}


@pytest.mark.parametrize(("cells", "shown"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_cell_without_a_valid_value_is_a_fault_of_its_line(tmp_path, cells, shown):
    """An error and a formula without a stored result, whatever its type; the other cells of the line are read."""
    (tmp_path / "a.xlsx").write_bytes(workbook(f'<row r="2">{cells}<c r="B2" t="s"><v>0</v></c></row>', texts("x")))
    (line,) = open_table(tmp_path / "a.xlsx", SMALL).sheet("S").lines
    assert (line.number, line.cells) == (2, (shown, "x"))
    assert [(position, code) for position, code, _ in line.faults] == [(0, "error-cell")]


def test_all_error_cells_are_named(tmp_path):
    """The user gets all cells to correct, not only the first one."""
    (tmp_path / "a.xlsx").write_bytes(workbook("".join(f"<c r=\"A{n}\" t='e'><v>#N/A</v></c>" for n in (1, 5))))
    lines = open_table(tmp_path / "a.xlsx", SMALL).sheet("S").lines
    assert [line.number for line in lines if line.faults] == [1, 5]


def test_declared_and_unpacked_sizes_are_checked(tmp_path, monkeypatch):
    """A declared size beyond the limit is refused at once; otherwise the unpacked bytes are counted."""
    (tmp_path / "a.xlsx").write_bytes(workbook())
    (tmp_path / "b.xlsx").write_bytes(workbook(**{"x.bin": bytes(200_001)}))
    part = MagicMock(**{"__enter__.return_value.read.side_effect": [bytes(90_000)] * 3 + [b""]})
    monkeypatch.setattr(zipfile.ZipFile, "open", unpack := Mock(return_value=part))
    assert (refusal(tmp_path / "b.xlsx").code, unpack.call_count) == ("unpacks-too-large", 0)
    assert refusal(tmp_path / "a.xlsx").code == "unpacks-too-large"


CORNERS = sheet(row(cell("A1") + cell("%s")))
BOMBS = {
    "300 MB of blanks": (SHEET, "", " " * 1_000_000, 300, "unpacks-too-large"),
    "300 MB in a part that is not read": ("x.bin", "", " " * 1_000_000, 300, "unpacks-too-large"),
    "two far corners": (SHEET, CORNERS % "XFD1048576", "", 0, "too-many-rows"),
    "two corners within the limits": (SHEET, CORNERS % "GR200000", "", 0, "unpacks-too-large"),
    "one text in many cells": (SHEET, "<worksheet>", SHARED % "A1" * 100_000, 10, "unpacks-too-large"),
    "a tag without end": (SHEET, "<worksheet ", " " * 1_000_000, 240, BROKEN),
    "a text without end": (SHEET, sheet(cell("A1"))[:-30], "x" * 1_000_000, 100, BROKEN),
}
MEASURE = """
import pathlib, resource, sys
from loaders.table import open_table
from service.errors import FileRefused
from service.domain.limits import Limits
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    open_table(pathlib.Path(sys.argv[1]), Limits()).sheet("S")
except FileRefused as refused:
    print(refused.extra["refusals"][0].code, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(("part", "start", "unit", "times", "expected"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_in_bounded_memory(tmp_path, part, start, unit, times, expected):
    """A file that is small on disk and huge in memory is refused before memory grows by 200 MB."""
    (tmp_path / "bomb.xlsx").write_bytes(archive(PARTS | {"xl/sharedStrings.xml": texts("x" * 10_000)}))
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "a", zipfile.ZIP_DEFLATED) as bomb, bomb.open(part, "w") as out:
        out.writelines([start.encode(), *[unit.encode()] * times])
    assert (tmp_path / "bomb.xlsx").stat().st_size < 400_000
    command = [sys.executable, "-c", MEASURE, str(tmp_path / "bomb.xlsx")]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    code, grown = run.stdout.split()
    assert (code, int(grown) < 200_000) == (expected, True)
