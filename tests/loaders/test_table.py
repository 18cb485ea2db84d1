"""CSV files and workbooks are read as text cells, with the line numbers of the file."""

import csv
import datetime
import hashlib
import io
import os
import zipfile
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from loaders.table import Line, TableFile, open_table
from service.domain.limits import Limits
from service.errors import FileRefused

ROOT = Path(__file__).parents[2]
GENUINE = ROOT / os.environ.get("PATHWAYS_CPL", "../shared/cpl/central-products-list-v2.051.xlsx")
REFUSED = "cell-format"
MACROS = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PLAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
same_folder = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def csv_book(folder: Path, content: str | bytes) -> TableFile:
    path = folder / "entries.CSV"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return open_table(path, Limits())


def workbook(path: Path, cells: dict[str, Any], sheet: str = "Entries") -> Path:
    book = openpyxl.Workbook()
    book.active.title = sheet
    for address, value in cells.items():
        book.active[address] = value
    book.save(path)
    return path


def read_cell(folder: Path, value: Any, number_format: str = "General") -> str:
    """The text that is read for the cell, or the code of its fault."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A1"].number_format = value, number_format
    book.save(folder / "one.xlsx")
    line = open_table(folder / "one.xlsx", Limits()).sheet("Sheet").lines[0]
    return line.faults[0][1] if line.faults else line.cells[0]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_csv_is_read_with_any_byte_order_mark_and_line_end(tmp_path, mark, end):
    """Neither a byte order mark nor the kind of line end appears in the cells."""
    book = csv_book(tmp_path, mark + end.join([b"Entry.number,Status", "000001,é".encode(), b""]))
    expected = (Line(1, ("Entry.number", "Status")), Line(2, ("000001", "é")))
    assert book.sheet(None).lines == expected


def test_csv_line_numbers_are_those_of_an_editor(tmp_path):
    """A record has the number of the line on which it begins; quoted newlines and blank lines count."""
    book = csv_book(tmp_path, 'a,b\n\n"1\n2","x, ""y"""\n , \n3\n,,\n4,\n')
    expected = [(1, ("a", "b")), (3, ("1\n2", 'x, "y"')), (6, ("3",)), (8, ("4", ""))]
    assert [(line.number, line.cells) for line in book.sheet(None).lines] == expected


def test_a_table_file_has_its_name_digest_and_sheet_names(tmp_path):
    """The file name without its folder, the digest and the sheet names."""
    book = csv_book(tmp_path, "a\n")
    assert (book.file, book.sheet_names) == ("entries.CSV", ())
    assert book.sha256 == hashlib.sha256(b"a\n").hexdigest()
    assert (book.sheet(None).file, book.sheet(None).name) == ("entries.CSV", None)


def test_only_the_settings_limit_the_length_of_a_csv_cell(tmp_path):
    """The csv module's own limit of 131,072 characters does not apply."""
    (tmp_path / "long.csv").write_text("x" * 200_000)
    assert open_table(tmp_path / "long.csv", Limits(cell_chars=200_000)).sheet(None).lines == (
        Line(1, ("x" * 200_000,)),
    )


@pytest.mark.parametrize(
    ("value", "number_format", "expected"),
    [
        (12.0, "General", "12"),
        (12, "0.0", "12.0"),
        (0.5, "General", "0.5"),
        (0.1 + 0.2, "General", "0.3"),
        (-0.0, "General", "0"),
        (-7, "General", "-7"),
        (100, "@", "100"),
        (99999999999, "General", "99999999999"),
        (100000000000, "General", REFUSED),
        (1e20, "General", REFUSED),
        (1e-7, "General", "0.0000001"),
        (1 / 3, "General", REFUSED),
        (123456789012345, "0", "123456789012345"),
        (1234567890123456, "0", REFUSED),
        (301, "00000000", "00000301"),
        (301.5, "00000000", "00000302"),
        (-301, "000000", "-000301"),
        (5.1, "0.00", "5.10"),
        (1.005, "0.00", "1.01"),
        (-0.001, "0.00", "0.00"),
        (0.5, "#.0#", ".5"),
        (5.125, "0.0##", "5.125"),
        (5, "0.0##", "5.0"),
        (1234567, "#,##0", "1,234,567"),
        (999, "#,##0", "999"),
        (1234.5, "#,##0.00", "1,234.50"),
        (12, "0000,000", "0,000,012"),
        (-1234, "#,##0_);(#,##0)", "(1,234)"),
        (-1234, "#,##0;[Red]-#,##0", "-1,234"),
        (0, '0;-0;"none"0', "none0"),
        (0.5, "0%", "50%"),
        (0.125, "0.0%", "12.5%"),
        (5, '"v"0.0', "v5.0"),
        (5, "[$£-809]0.00", "£5.00"),
        (30000000, "0.00E+00", REFUSED),
        (30000000, "##0.0E+0", REFUSED),
        (2000, "0E+00", REFUSED),
        (1500000, "0,", REFUSED),
        (0.5, "# ?/?", REFUSED),
        (5, "[>3]0;0.0", REFUSED),
        (10203, "00\\-00\\-00", REFUSED),
        (0, "0;-0;", REFUSED),
        ("012", "General", "012"),
        ("012", "0.00", "012"),
        ("1e5", "General", "1e5"),
        (True, "General", "TRUE"),
        (False, "0.00", "FALSE"),
        (datetime.date(2023, 8, 30), "dd-mm-yyyy", "2023-08-30"),
        (datetime.date(2023, 8, 30), "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2023-08-30"),
        (datetime.datetime.fromisoformat("2023-08-30"), "mm-dd-yy", "2023-08-30"),
        (datetime.datetime.fromisoformat("2023-08-30T12:30"), "dd/mm/yyyy", "2023-08-30"),
        (datetime.datetime.fromisoformat("2023-08-30T12:30"), "yyyy-mm-dd hh:mm", "2023-08-30T12:30:00"),
        (datetime.datetime.fromisoformat("2023-08-30T12:30:15"), "yyyy-mm-dd h:mm AM/PM", "2023-08-30T12:30:00"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (60, "yyyy-mm-dd", REFUSED),
        (-1, "yyyy-mm-dd", REFUSED),
        (3_000_000, "yyyy-mm-dd", REFUSED),
        (datetime.date(2023, 4, 3), "d-mmm", REFUSED),
        (datetime.date(2023, 4, 3), "mmm-yy", REFUSED),
        (datetime.time(9, 5), "hh:mm", REFUSED),
        (datetime.timedelta(hours=30), "[h]:mm", REFUSED),
    ],
)
def test_a_cell_is_read_as_what_it_shows(tmp_path, value, number_format, expected):
    """The text of a number follows its format; dates are ISO, booleans in capitals, text is unchanged.

    A text that is not known, such as that of a number in scientific form, is refused.
    """
    assert read_cell(tmp_path, value, number_format) == expected


def test_the_1904_date_system_is_supported(tmp_path):
    """A workbook with the 1904 date system gives the same dates."""
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active["A1"] = datetime.date(2023, 8, 30)
    book.save(tmp_path / "mac.xlsx")
    assert open_table(tmp_path / "mac.xlsx", Limits()).sheet("Sheet").lines[0].cells == ("2023-08-30",)


def test_sheet_lines_are_numbered_as_excel_does(tmp_path):
    """Rows keep their numbers below blank rows, cells keep their columns, and rows are not padded."""
    path = workbook(tmp_path / "a.xlsx", {"C3": "x", "B5": "y\nz", "C6": " ", "D7": 1})
    lines = open_table(path, Limits()).sheet("Entries").lines
    assert lines == (Line(3, ("", "", "x")), Line(5, ("", "y\nz")), Line(7, ("", "", "", "1")))


def test_sheets_are_listed_in_order_and_read_by_name(tmp_path):
    """Sheets are read by name; hidden sheets count, chart sheets do not, and an empty sheet has no lines."""
    book = openpyxl.Workbook()
    book.create_sheet("Second & <last>")["A1"] = "two"
    book.create_sheet("Hidden").sheet_state = "hidden"
    book.create_chartsheet("Chart")
    book.save(tmp_path / "a.xlsx")
    opened = open_table(tmp_path / "a.xlsx", Limits())
    assert opened.sheet_names == ("Sheet", "Second & <last>", "Hidden")
    assert opened.sheet("Second & <last>").lines == (Line(1, ("two",)),)
    assert opened.sheet("Hidden").lines == ()


def test_an_open_workbook_can_be_read_after_its_file_is_deleted(tmp_path):
    """A sheet read later still comes from the bytes of the digest."""
    opened = open_table(workbook(tmp_path / "a.xlsx", {"A1": "x"}), Limits())
    (tmp_path / "a.xlsx").unlink()
    assert opened.sheet("Entries").lines == (Line(1, ("x",)),)


def test_a_workbook_with_macros_is_read(tmp_path):
    """An .xlsm with a macro project is read like an .xlsx; the macros are not opened."""
    old = zipfile.ZipFile(workbook(tmp_path / "a.xlsx", {"A1": "x"}))
    with old, zipfile.ZipFile(tmp_path / "a.xlsm", "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(PLAIN.encode(), MACROS.encode()))
        new.writestr("xl/vbaProject.bin", bytes.fromhex("D0CF11E0A1B11AE1") + bytes(5000))
    assert open_table(tmp_path / "a.xlsm", Limits()).sheet("Entries").lines == (Line(1, ("x",)),)


def refused(path: Path, limits: Limits, sheet: str | None = None) -> tuple[str, str]:
    with pytest.raises(FileRefused) as error:
        open_table(path, limits).sheet(sheet)
    return error.value.extra["refusals"][0].code, error.value.detail


def test_the_refusal_of_an_absent_sheet_names_the_sheets(tmp_path):
    """The sheet of a workbook must be named exactly; a CSV file has no sheet names."""
    path = workbook(tmp_path / "a.xlsx", {"A1": "x"})
    (tmp_path / "a.csv").write_text("x")
    found = [refused(path, Limits()), refused(path, Limits(), "entries"), refused(tmp_path / "a.csv", Limits(), "x")]
    assert {code for code, _ in found} == {"no-such-sheet"}
    assert ["'Entries'" in text for _, text in found] == [True, True, False]


def test_an_unreadable_file_is_refused_with_its_reason(tmp_path, monkeypatch):
    """A missing file, a folder and a file without permission are unreadable, each with its reason."""
    paths = [tmp_path / "missing.csv", tmp_path / "folder.csv", tmp_path / "secret.csv"]
    paths[1].mkdir()
    found = [refused(path, Limits()) for path in paths[:2]]
    monkeypatch.setattr(Path, "open", Mock(side_effect=PermissionError(13, "Permission denied")))
    found.append(refused(paths[2], Limits()))
    assert {code for code, _ in found} == {"unreadable-file"}
    assert all(word in text for word, (_, text) in zip(("No such", "a folder", "denied"), found, strict=True))


def test_a_csv_file_with_too_many_cells_is_refused(tmp_path):
    """The limit on cells applies to CSV files as to sheets; the refusal names the line."""
    (tmp_path / "a.csv").write_bytes(b"1,2,3\n" * 9)
    code, text = refused(tmp_path / "a.csv", Limits(unpacked_bytes=32 * 13))
    assert (code, "line 5:" in text) == ("unpacks-too-large", True)


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
SPECIAL = st.sampled_from(["", "0", "007", '"', ",", "\n", "\r\n", " ", "=1+1", "N/A", "1E5", "'", "é\u2028", "😀"])


@same_folder
@given(
    grid=st.lists(st.lists(TEXT | SPECIAL, min_size=1, max_size=5), min_size=1, max_size=6),
    written=st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), ("\n", csv.QUOTE_ALL)]),
)
def test_any_grid_of_text_is_read_back_from_csv(tmp_path, grid, written):
    """Cells written by csv.writer are read back unchanged, each record on its own line."""
    out, expected = io.StringIO(), [Line(1, ("first",))]
    writer = csv.writer(out, lineterminator=written[0], quoting=written[1])
    for row in [["first"], *grid]:
        begins = out.getvalue().count("\n") + 1
        writer.writerow(row)
        if any(cell.strip() for cell in row) and begins > 1:
            expected.append(Line(begins, tuple(row)))
    assert csv_book(tmp_path, out.getvalue()).sheet(None).lines == tuple(expected)


# XLSX is XML 1.0: most control characters cannot be written, and a carriage return is read as a line feed. openpyxl
# does not mark white space in a cell of only white space as significant. Other space, such as a no-break space, is
# text to XML: it stays, in a row that has more than that.
XML_SPACE = " \t\r\n"
XML = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from("\t\n")


@same_folder
@given(st.lists(st.lists(st.text(XML, max_size=8) | SPECIAL, min_size=1, max_size=5), min_size=1, max_size=6))
@example([["0", "\xa0"], ["\xa0"], ["\u2003", "1"]])
def test_any_grid_of_text_is_read_back_from_a_workbook(tmp_path, grid):
    """Text cells written by openpyxl are read back unchanged, without the empty cells at the end of a row."""
    book, expected = openpyxl.Workbook(), []
    for number, row in enumerate(grid, 1):
        for column, cell in enumerate(row, 1):
            written = book.active.cell(number, column, cell.replace("\r", ""))
            written.data_type = "s"  # otherwise openpyxl writes "=1+1" as a formula
        filled = [cell.replace("\r", "") if cell.strip(XML_SPACE) else "" for cell in row]
        while filled and not filled[-1]:
            filled.pop()
        if any(map(str.strip, filled)):
            expected.append(Line(number, tuple(filled)))
    book.save(tmp_path / "grid.xlsx")
    assert open_table(tmp_path / "grid.xlsx", Limits()).sheet("Sheet").lines == tuple(expected)


@pytest.mark.skipif(not GENUINE.exists(), reason=f"the genuine list is not at {GENUINE} (PATHWAYS_CPL)")
def test_every_cell_of_the_genuine_list_is_read():
    """Every cell that openpyxl finds in the published workbook is read, numbers as digits and dates as ISO."""
    book, other = open_table(GENUINE, Limits()), openpyxl.load_workbook(GENUINE)
    names = ("Version Control", "CPL - New Entry", "Central Products List", "CPL - saveable in CSV")
    assert book.sheet_names == names
    kinds = set()
    for name in names:
        cells = [cell for row in other[name].iter_rows() for cell in row if cell.value is not None]
        kinds |= {type(cell.value) for cell in cells}
        # openpyxl returns a date as a datetime, and keeps the escape of a carriage return
        values = [getattr(cell.value, "date", lambda same=cell.value: same)() for cell in cells]
        texts = [str(value).replace("_x000D_", "\r") for value in values]
        expected = {(cell.row, cell.column - 1): text for cell, text in zip(cells, texts, strict=True)}
        lines = {line.number: line.cells for line in book.sheet(name).lines}
        cells_read = {(row, position): cell for row in lines for position, cell in enumerate(lines[row]) if cell}
        assert cells_read == {position: cell for position, cell in expected.items() if cell.strip()}
    assert kinds == {str, int, datetime.datetime}
