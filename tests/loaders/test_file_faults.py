"""The matrix of loaders and faults: what each loader says of a fault that any file may have."""

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from loaders.bases import read_bases
from loaders.lists import read_list
from loaders.question_files import read_devices, read_pairs
from loaders.zigbee import read_orders, read_zigbee
from service.domain.limits import Limits
from service.errors import FileRefused
from tests.loaders.files import HEADINGS, SHEET, entry, heading, list_csv

LIST = tuple(name for name in HEADINGS if name not in ("joined", "path"))
ROWS = [entry(number) for number in (1, 2)]
NOTES = {"Notes": [["nothing here"]]}


@dataclass(frozen=True)
class Kind:
    """One kind of file: its reader, headings, two valid rows and the headings of the column that a fault befalls."""

    read: Any
    headings: list[str]
    rows: list[list[Any]]
    column: int = 0


KINDS = {
    "list": Kind(
        read_list,
        ["Version", *(HEADINGS[name] for name in LIST)],
        [[heading("1.001", "2025-01-10"), *(row.get(name, "") for name in LIST)] for row in ROWS],
        8,
    ),
    "bases": Kind(
        lambda path, limits: read_bases(path, limits, None),
        ["Entry.number", "Firmware_Upgrade_Path"],
        [["000002", "000001"], ["000003", "000001;000002"]],
        1,
    ),
    "zigbee": Kind(
        read_zigbee,
        ["Entry.number", "ZigBee.stack_vendor", "ZigBee.stack_version"],
        [["000001", "Acme", "6.10"], ["000002", "Acme", "7.2"]],
        2,
    ),
    "orders": Kind(
        read_orders,
        ["ZigBee.stack_vendor", "ZigBee.stack_version", "Order"],
        [["Acme", "6.10", "1"], ["Acme", "7.2", "2"]],
        1,
    ),
    "devices": Kind(read_devices, ["Entry.number", "Devices"], [["000001", "5"], ["000002", "7"]], 1),
    "pairs": Kind(read_pairs, ["From", "To"], [["000001", "000002"], ["000002", "000003"]], 1),
}
ALL = tuple(KINDS)


def csv_file(folder: Path, kind: Kind, separator: str = ",", before: str = "") -> Path:
    """The rows as CSV."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows([kind.headings, *kind.rows])
    path = folder / "file.csv"
    path.write_text(before + out.getvalue(), encoding="utf-8", newline="")
    return path


def changed(kind: Kind, row: int, column: int, value: Any, *more: Any) -> Kind:
    """The kind with another cell in a row, and with further cells at the end of that row."""
    rows = [list(each) for each in kind.rows]
    rows[row][column] = value
    rows[row] += more
    return Kind(kind.read, kind.headings, rows, kind.column)


def book(kind: Kind) -> tuple[openpyxl.Workbook, Any, int]:
    """The rows as a workbook, its sheet, and the number of the first row of data."""
    made = openpyxl.Workbook()
    sheet = made.active
    if kind.headings[0] != "Version":
        sheet.title = "Data"
        for line in (kind.headings, *kind.rows):
            sheet.append(line)
        return made, sheet, 2
    sheet.title, sheet["A1"] = "Version Control", heading("1.001", "2025-01-10")
    sheet = made.create_sheet(SHEET)
    parts = [name.rpartition(".") for name in kind.headings[1:]]
    sheet.append(["Data Group", *(group or None for group, _, _ in parts)])
    sheet.append(["Data Attribute", *(name for _, _, name in parts)])
    sheet.append(["Valid values"])
    for row in kind.rows:
        sheet.append([None, *(cell or None for cell in row[1:])])
    return made, sheet, 4


def saved(made: openpyxl.Workbook, folder: Path) -> Path:
    made.save(folder / "file.xlsx")
    return folder / "file.xlsx"


def with_cell(path: Path, address: str, markup: str) -> Path:
    """The workbook with other markup for one cell, as Excel writes it."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    for name, part in parts.items():
        if name.startswith("xl/worksheets/"):
            pattern = rf'<c r="{address}"[^>]*>.*?</c>'.encode()
            parts[name] = re.sub(pattern, f'<c r="{address}"{markup}</c>'.encode(), part, count=1)
    with zipfile.ZipFile(path, "w") as new:
        for name, part in parts.items():
            new.writestr(name, part)
    return path


def beyond(folder, kind):
    return csv_file(folder, changed(kind, 1, 0, kind.rows[1][0], "000009"))


def beyond_in_workbook(folder, kind):
    made, sheet, first = book(kind)
    sheet.cell(first + 1, len(kind.headings) + 2, "000009")
    return saved(made, folder)


def scientific(folder, kind):
    made, sheet, first = book(kind)
    cell = sheet.cell(first, kind.column + 1)
    cell.value, cell.number_format = 30000000, "0.00E+00"
    return saved(made, folder)


def no_result(markup):
    def write(folder, kind):
        made, sheet, first = book(kind)
        address = sheet.cell(first, kind.column + 1).coordinate
        return with_cell(saved(made, folder), address, markup)

    return write


def other_sheet(hidden: bool):
    """A second sheet with the same columns, before the sheet that is meant."""

    def write(folder, kind):
        made, sheet, _ = book(kind)
        other = made.copy_worksheet(sheet)
        other.title = "Old data"
        made.move_sheet(other, -len(made.sheetnames) + 1)
        other.sheet_state = "hidden" if hidden else "visible"
        made.active = sheet
        return saved(made, folder)

    return write


def hidden_sheet(folder, kind):
    made, sheet, _ = book(kind)
    made.create_sheet("Notes")["A1"] = "nothing here"
    made.active = made["Notes"]
    sheet.sheet_state = "hidden"
    return saved(made, folder)


def hidden_rows(folder, kind):
    made, sheet, first = book(kind)
    sheet.row_dimensions[first + 1].hidden = True
    return saved(made, folder)


def merged(folder, kind):
    made, sheet, first = book(kind)
    if kind is KINDS["list"]:
        column = len(kind.headings)
    elif kind in (KINDS["devices"], KINDS["pairs"]):  # every column of theirs must be filled
        column = len(kind.headings) + 2
        sheet.cell(1, column, "Notes")
    else:
        column = kind.column + 1
    sheet.merge_cells(start_row=first, start_column=column, end_row=first + 1, end_column=column)
    return saved(made, folder)


def separated(separator):
    return lambda folder, kind: csv_file(folder, kind, separator)


def sep_line(folder, kind):
    return csv_file(folder, kind, ";", "sep=;\r\n")


def no_column(folder, kind):
    headings = ["Something" if index == kind.column else name for index, name in enumerate(kind.headings)]
    return csv_file(folder, Kind(kind.read, headings, kind.rows), before="\n\n")


def invisible_heading(folder, kind):
    headings = [f"\u200b{name}" if index == kind.column else name for index, name in enumerate(kind.headings)]
    return csv_file(folder, Kind(kind.read, headings, kind.rows))


def same(*words: str) -> dict[str, list[str]]:
    return {kind: list(words) for kind in ALL}


# What each loader says: refusals as `code line`, remarks with a plus sign.
MATRIX: dict[str, tuple[Any, dict[str, list[str]]]] = {
    "a cell beyond the headings": (beyond, same("no-heading 3")),
    "... in a workbook": (beyond_in_workbook, same("no-heading 3") | {"list": ["no-heading 5"]}),
    "a number in scientific form": (scientific, same("cell-format 2") | {"list": ["cell-format 4"]}),
    "a formula without a result": (no_result("><f>A1</f>"), same("error-cell 2") | {"list": ["error-cell 4"]}),
    "... of text": (no_result(' t="str"><f>A1</f>'), same("error-cell 2") | {"list": ["error-cell 4"]}),
    "a formula with an empty result": (
        no_result(' t="str"><f>A1</f><v></v>'),
        {
            "list": ["blank-key 4"],
            "bases": [],
            "zigbee": [],
            "orders": ["blank-key 2"],
            "devices": ["bad-count 2"],
            "pairs": [],
        },
    ),
    "an error": (no_result(' t="e"><v>#REF!</v>'), same("error-cell 2") | {"list": ["error-cell 4"]}),
    "two sheets that fit": (other_sheet(hidden=False), same("several-sheets None") | {"list": []}),
    "a hidden sheet that fits before the visible one": (other_sheet(hidden=True), same()),
    "only a hidden sheet that fits": (hidden_sheet, same("+hidden-sheet None")),
    "hidden rows": (hidden_rows, same("+hidden-rows 3") | {"list": ["+hidden-rows 5"]}),
    "merged cells": (
        merged,
        same("+merged-cells 2")
        | {
            "list": ["+merged-cells 4"],
            "bases": ["merged-cell 3", "+merged-cells 2"],
            "orders": ["blank-key 3", "+merged-cells 2"],
        },
    ),
    "semicolons": (
        separated(";"),
        same("other-separator 1")
        | {"list": ["+other-separator None"], "devices": ["+other-separator None"], "pairs": ["+other-separator None"]},
    ),
    "tabs": (
        separated("\t"),
        same("other-separator 1")
        | {"list": ["+other-separator None"], "devices": ["+other-separator None"], "pairs": ["+other-separator None"]},
    ),
    "a line sep=": (sep_line, same("sep-line 1")),
    "a column that is missing": (
        no_column,
        same("missing-column 3")
        | {"bases": ["missing-column 3", "unknown-column 3"]}
        | {"orders": ["missing-column 3", "unknown-column 3"], "zigbee": ["unknown-column 3"]},
    ),
    "a heading with invisible characters": (
        invisible_heading,
        same("missing-column 1") | {"zigbee": ["unknown-column 1"]},
    ),
}


def said(kind: Kind, path: Path) -> tuple[list[str], Any]:
    """What the loader says of a file, and the parsed file or the error."""
    try:
        parsed = kind.read(path, Limits())
    except FileRefused as error:
        return [f"{r.code} {r.line}" for r in error.extra["refusals"]], error
    remarks = [f"+{remark.code} {remark.line}" for remark in parsed.remarks]
    return [f"{r.code} {r.line}" for r in parsed.refusals] + remarks, parsed


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("fault", MATRIX)
def test_what_a_loader_says_of_a_fault(tmp_path, fault, kind):
    """Each loader finds the fault in the one place that all share, with its line; no other cell is refused."""
    write, expected = MATRIX[fault]
    found, _ = said(KINDS[kind], write(tmp_path, KINDS[kind]))
    assert found == expected[kind]


@pytest.mark.parametrize("kind", ALL)
def test_a_file_without_a_fault_is_read_with_its_sheet(tmp_path, kind):
    """Neither form is refused or remarked on, and the parsed file names the sheet; a CSV file has none."""
    made, sheet, _ = book(KINDS[kind])
    for path, name in ((saved(made, tmp_path), sheet.title), (csv_file(tmp_path, KINDS[kind]), None)):
        found, parsed = said(KINDS[kind], path)
        assert (found, parsed.sheet) == ([], name)


def test_the_semicolon_hint_stands_where_bases_do(tmp_path):
    """`000009,000004,000005` is one base and a cell without a heading: the hint says how to name both."""
    _, parsed = said(KINDS["bases"], beyond(tmp_path, KINDS["bases"]))
    assert (parsed.refusals[0].column, parsed.refusals[0].value) == ("3", "000009")
    assert "separated by `;`, or the cell is quoted" in parsed.refusals[0].reason
    _, error = said(KINDS["pairs"], beyond(tmp_path, KINDS["pairs"]))
    assert "`;`" not in error.extra["refusals"][0].reason


def test_several_sheets_are_refused_by_name(tmp_path):
    """The refusal names the sheets of which only one can be meant."""
    _, error = said(KINDS["bases"], other_sheet(hidden=False)(tmp_path, KINDS["bases"]))
    assert "'Old data' and 'Data'" in error.detail


def test_invisible_characters_are_shown(tmp_path):
    """A heading and a value with invisible characters are shown with escapes, in text and in JSON."""
    _, error = said(KINDS["devices"], invisible_heading(tmp_path, KINDS["devices"]))
    assert error.extra["refusals"][0].value == "\\u200bDevices"
    assert "'\\u200bDevices' has invisible characters" in error.detail
    _, parsed = said(KINDS["bases"], csv_file(tmp_path, changed(KINDS["bases"], 0, 0, "00\ufeff0002")))
    assert parsed.refusals[0].value == "00\\ufeff0002"
    assert "'00\\ufeff0002':" in str(parsed.refusals[0])


def test_bases_on_lines_of_their_own_are_read(tmp_path):
    """Alt+Enter in a cell separates bases as a semicolon does."""
    _, parsed = said(KINDS["bases"], csv_file(tmp_path, changed(KINDS["bases"], 0, 1, "000001\n000003\r\n4")))
    assert parsed.edits[0].bases == ("000001", "000003", "000004")


def test_a_padded_number_reads_as_it_shows(tmp_path):
    """301 that shows 00000301 is the firmware version 00000301, and 6.1 that shows 6.10 is the version 6.10."""
    made, sheet, first = book(KINDS["list"])
    column = KINDS["list"].column + 1
    sheet.cell(first, column).value, sheet.cell(first, column).number_format = 301, "00000000"
    _, parsed = said(KINDS["list"], saved(made, tmp_path))
    assert parsed.published.rows[0].given["firmware_version"] == "00000301"
    made, sheet, first = book(KINDS["zigbee"])
    sheet["C2"].value, sheet["C2"].number_format = 6.1, "0.00"
    _, parsed = said(KINDS["zigbee"], saved(made, tmp_path))
    assert parsed.statements[0].values["stack_version"].given == "6.10"


def test_a_list_that_excel_has_saved_again_is_refused_with_the_cause(tmp_path):
    """`0` for `00`, a firmware version in scientific form: each is refused, and the refusal says what to do."""
    resaved = entry(1, hardware_version="0", firmware_version="3.00E+07", joined="")
    path = list_csv(tmp_path / "view.csv", heading("1.001", "2025-01-10"), [resaved, entry(2)])
    found, parsed = said(KINDS["list"], path)
    assert found == ["zeros-lost 2", "zeros-lost 2"]
    assert all("Load the workbook itself" in refusal.reason for refusal in parsed.refusals)


def test_semicolons_of_a_list_with_bases_are_refused(tmp_path):
    """A list with a column of bases cannot have semicolons between its columns."""
    kind = KINDS["list"]
    with_bases = Kind(kind.read, [*kind.headings, "Firmware_Upgrade_Path"], [[*row, ""] for row in kind.rows])
    assert said(kind, csv_file(tmp_path, with_bases, ";"))[0] == ["other-separator 1"]


def test_all_refusals_of_a_row_come_at_once(tmp_path):
    """A cell without a heading, a malformed number and a malformed base of two rows are three refusals."""
    kind = changed(changed(KINDS["bases"], 0, 0, "x", "000009"), 1, 1, "y")
    assert said(kind, csv_file(tmp_path, kind))[0] == ["no-heading 2", "bad-number 2", "bad-number 3"]
