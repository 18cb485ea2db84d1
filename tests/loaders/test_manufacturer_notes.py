"""Names of manufacturers from the notes of a list: read, recorded over both clocks, and never against SECAS."""

import openpyxl
import pytest

from loaders.lists import read_list
from service.application.verify import verify
from service.domain.as_of import AsOf
from service.domain.limits import Limits
from service.repositories import amendments
from service.repositories.manufacturers import believed_names, name_rows_in_force
from tests.loaders.files import entry, heading, list_workbook, midnight, saved

ROWS = [entry(1), entry(2), entry(3, manufacturer="FE02")]
NOTES = (
    "Two new devices added:\n000001 - Northwind ES-1 Meter_x000D_\n00002 \N{EN DASH} Northwind ESME",
    "One removed: 1 - Nobody.      0000003 - Zephyr Gas Meter (incorrect details of 000001 - Nobody)",
)


@pytest.fixture
def noted(desk):
    """A function that loads a list whose version history has these notes, and returns the report."""

    def load(version, issued, *notes, **how):
        return desk.load_list(workbook(desk, version, issued, *notes), **how)

    return load


def workbook(desk, version, issued, *notes):
    """A list of three entries with these notes, on disk."""
    path = list_workbook(desk.path("xlsx"), heading(version, issued), ROWS)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.title = "Version Control"
    for number, note in enumerate(notes, 9):
        sheet.cell(number, 3, note)
    return saved(book, path)


def names(desk, day):
    """The names in force on a day, by code, with their lists."""
    rows = name_rows_in_force(desk.graph, AsOf(midnight(day), desk.now, None))
    return {row.code: (row.name, row.list_version) for row in rows}


def test_notes_are_read_as_people_write_them(desk):
    """With five to seven digits, either dash, both line breaks of Excel, or spaces; nothing else is a note."""
    read = read_list(workbook(desk, "1.001", "2026-01-05", *NOTES), Limits())
    assert read.notes == (
        ("000001", "Northwind ES-1 Meter"),
        ("000002", "Northwind ESME"),
        ("000003", "Zephyr Gas Meter (incorrect details of 000001 - Nobody)"),
    )


def test_a_list_names_manufacturers_from_its_date_on(desk, noted):
    """By one amendment on the chain, with a remark for each code; loading it again changes nothing."""
    report = noted("1.001", "2026-01-05", *NOTES)
    assert (report.applied, report.counts["manufacturer-named"]) == (True, 2)
    assert [remark.text for remark in report.remarks if remark.code == "manufacturer-named"] == [
        "The notes of the list name manufacturer FE01: 'Northwind'.",
        "The notes of the list name manufacturer FE02: 'Zephyr'.",
    ]
    assert names(desk, "2026-01-05") == {"FE01": ("Northwind", "1.001"), "FE02": ("Zephyr", "1.001")}
    assert names(desk, "2026-01-04") == {}
    (link,) = amendments.amendments_before(desk.graph, desk.now, 99, 9)
    assert (link.source, link.made_by) == ("list 1.001", "test")
    assert {row.amendment for row in believed_names(desk.graph, desk.now)} == {link.id}
    assert noted("1.001", "2026-01-05", *NOTES).applied is False
    assert verify(desk.graph, desk.clock, 0).faults == []


def test_a_later_list_changes_names_and_one_without_notes_does_not(desk, noted):
    """From its own date on; what was known before stays known of before."""
    noted("1.001", "2026-01-05", *NOTES)
    before = desk.now
    noted("1.002", "2026-02-05", "000001 - Westwind ESME\n000002 - Westwind ESME", NOTES[1])
    noted("1.003", "2026-03-05")
    assert names(desk, "2026-02-04")["FE01"] == ("Northwind", "1.001")
    assert names(desk, "2026-03-05") == {"FE01": ("Westwind", "1.002"), "FE02": ("Zephyr", "1.001")}
    assert {row.name for row in believed_names(desk.graph, before)} == {"Northwind", "Zephyr"}
    assert verify(desk.graph, desk.clock, 0).faults == []


def test_a_list_loaded_before_names_were_read_is_loaded_again_for_them(desk, noted):
    """It names from its own date until the next list. A dry run reports the names, and records none."""
    noted("1.001", "2026-01-05")
    noted("1.002", "2026-02-05", "000001 - Westwind ESME")
    tried = noted("1.001", "2026-01-05", *NOTES, dry_run=True)
    assert (tried.applied, tried.counts["manufacturer-named"], names(desk, "2026-01-05")) == (False, 2, {})
    assert noted("1.001", "2026-01-05", *NOTES).applied
    assert names(desk, "2026-02-04")["FE01"] == ("Northwind", "1.001")
    assert names(desk, "2026-02-05") == {"FE01": ("Westwind", "1.002"), "FE02": ("Zephyr", "1.001")}
    assert [version.number for version in desk.versions()] == ["1.001", "1.002"]
