"""Refused files: the place and reason of each refusal, and an unchanged graph."""

import openpyxl
import pytest

from service.domain.refusals import Refusal
from service.repositories import compartments, facts
from service.rules.facts.grouped_facts import Facts
from tests.conftest import Ticking, open_empty
from tests.loaders.files import BASES, CSV_VIEW, HEADINGS, SHEET, Desk, entry, heading, midnight, refusals, write_csv

NEXT = heading("1.011", "2025-04-10")
KNOWN = [entry(number) for number in range(1, 9)]
VERSION, NUMBER, PATH, FROM, ACCEPT = "Version", *BASES[:4]
PATHED = (*CSV_VIEW, "path")
HEADER = [VERSION, *(HEADINGS[name] for name in CSV_VIEW)]


def a_list(*rows, title=NEXT, columns=CSV_VIEW):
    """The lines of a list in the CSV view; with all known entries if no rows are given."""
    lines = [[title, *(row.get(name, "") for name in columns)] for row in rows or KNOWN]
    return [[VERSION, *(HEADINGS[name] for name in columns)], *lines]


def one(**attributes):
    """A list with attributes of its second row replaced."""
    return a_list(KNOWN[0], KNOWN[1] | attributes, *KNOWN[2:])


def pathed(cell):
    """A list with a column of upgrade paths, one of them filled."""
    return a_list(KNOWN[0], entry(2, path=cell), *KNOWN[2:], columns=PATHED)


def some_bases(*lines, header=BASES):
    """The lines of a bases file."""
    return [list(header), *map(list, lines)]


def column(name):
    """The heading of an attribute."""
    return HEADINGS[name]


TWO_VERSIONS = [*a_list(KNOWN[0]), *a_list(KNOWN[1], title=heading("1.012", "2025-04-10"))[1:], *a_list(KNOWN[2])[1:]]
WITHOUT_STATUS = tuple(name for name in CSV_VIEW if name != "status")
LONG = "1" * 5000
# Refusals by the rules show the normalised value: six digits, ISO dates.
BY_RULES = {
    "own-base",
    "unknown-entry",
    "accept-no-base",
    "accept-pending",
    "which-period",
    "bad-date",
    "version-differs",
}

LISTS = {
    "no version": (a_list(title=""), "bad-version", 2, VERSION, "'Version N.NNN Issued on dd-mm-yyyy' is expected"),
    "another title": (a_list(title="CPL 1.011"), "bad-version", 2, VERSION, "is expected"),
    "two versions": (TWO_VERSIONS, "version-differs", 3, VERSION, "two versions"),
    "impossible date": (a_list(title=heading("1.011", "2025-02-31")), "bad-date", 2, VERSION, "out of range"),
    "column missing": (
        a_list(columns=WITHOUT_STATUS),
        "missing-column",
        1,
        column("status"),
        "must have this column",
    ),
    "column twice": (a_list(columns=(*CSV_VIEW, "status")), "column-twice", 1, column("status"), "twice"),
    "seven digits": (one(number="1234567"), "bad-value", 3, NUMBER, "1 to 6 digits"),
    "letters": (one(number="00000X"), "bad-value", 3, NUMBER, "not an entry number"),
    "digits of another script": (one(number="00000\u0663"), "bad-value", 3, NUMBER, "not an entry number"),
    "number nought": (one(number="000000"), "bad-value", 3, NUMBER, "begin at 000001"),
    "number blank": (one(number=""), "blank-key", 3, NUMBER, "must be filled"),
    "number very long": (one(number=LONG), "bad-value", 3, NUMBER, "1 to 6 digits"),
    "number as a formula": (one(number="=1+1"), "bad-value", 3, NUMBER, "'=1+1' is not an entry number"),
    "entry twice": (a_list(*KNOWN, entry("3")), "entry-twice", 10, NUMBER, "Line 4 has 000003 already"),
    "status unknown": (one(status="Pending"), "bad-value", 3, column("status"), "Current or Removed"),
    "status blank": (one(status=" "), "blank-key", 3, column("status"), "must be filled"),
    "type blank": (one(device_type=""), "blank-key", 3, column("device_type"), "must be filled"),
    "nought lost": (one(hardware_version="1", joined=""), "zeros-lost", 3, column("hardware_version"), "2 hex digits"),
    "firmware too short": (one(firmware_version="1"), "zeros-lost", 3, column("firmware_version"), "8 hex digits"),
    "firmware not hex": (one(firmware_version="0000000G"), "bad-value", 3, column("firmware_version"), "8 hex digits"),
    "hash of 63 digits": (one(image_hash="A" * 63), "bad-value", 3, column("image_hash"), "64 hex digits"),
    "parts differ": (one(joined="00010103"), "parts-differ", 3, column("joined"), "make 00010102"),
    "path malformed": (pathed("1;X"), "bad-number", 3, PATH, "'X' is not an entry number"),
    "path mixed": (pathed("1,n/a"), "none-mixed", 3, PATH, "must stand alone"),
    "path of nothing": (pathed(";,"), "bad-value", 3, PATH, "between the separators"),
    "path to itself": (
        a_list(*KNOWN[:2], entry(3, path="1;3"), *KNOWN[3:], columns=PATHED),
        "own-base",
        4,
        PATH,
        "cannot be its own base",
    ),
    "path for two periods": (pathed("4"), "which-period", 3, PATH, "State from when"),
    "list older": (a_list(title=heading("1.8", "2025-04-10")), "list-order", None, None, "1.010 is loaded already"),
    "other content": (
        a_list(entry(1, status="Removed"), *KNOWN[1:], title=heading("1.010", "2025-03-10")),
        "other-content",
        None,
        None,
        "1 entries differ",
    ),
    "other date": (a_list(title=heading("1.010", "2025-03-11")), "issue-date", None, None, "issued on 2025-03-10"),
    "many absent": (a_list(*KNOWN[:2]), "many-absent", None, None, "6 entries of earlier lists are absent, 000003"),
    "no rows": ([HEADER], "no-rows", None, None, "no entries"),
    "no header": (a_list()[1:], "missing-column", 1, NUMBER, "must have this column"),
    "wrong sheet": ({"Sheet": [[NEXT]]}, "no-such-sheet", None, None, "its sheets are 'Sheet'"),
    "sheet without labels": ({SHEET: [["Data Group", "Entry"]]}, "no-header", None, None, "'Data Attribute'"),
    "empty sheet": ({SHEET: []}, "no-header", None, None, "'Data Group'"),
}

BASES_FILES = {
    "unknown column": (some_bases(header=(*BASES, "Bases")), "unknown-column", 1, "Bases", "The columns are"),
    "no paths": (some_bases(header=BASES[:1]), "missing-column", 1, PATH, "must have this column"),
    "two paths": (some_bases(header=(*BASES, PATH.upper())), "column-twice", 1, PATH, "twice"),
    "entry of seven digits": (some_bases(("0000001", "2")), "bad-number", 2, NUMBER, "1 to 6 digits"),
    "entry of letters": (some_bases(("O1", "2")), "bad-number", 2, NUMBER, "not an entry number"),
    "entry nought": (some_bases(("0", "2")), "bad-number", 2, NUMBER, "begin at 000001"),
    "entry blank": (some_bases(("1", ""), ("", "2")), "blank-key", 3, NUMBER, "1 to 6 digits"),
    "entry unknown": (some_bases(("9", "2")), "unknown-entry", 2, NUMBER, "on no list that is loaded"),
    "base malformed": (some_bases(("1", "2;3.5")), "bad-number", 2, PATH, "'3.5' is not an entry number"),
    "base very long": (some_bases(("1", LONG)), "bad-number", 2, PATH, "1 to 6 digits"),
    "base negative": (some_bases(("1", "-2")), "bad-number", 2, PATH, "not an entry number"),
    "two bases without separator": (some_bases(("1", "2 3")), "bad-number", 2, PATH, "'2 3' is not"),
    "own base": (some_bases(("1", "2;01")), "own-base", 2, PATH, "000001 cannot be its own base"),
    "none mixed": (some_bases(("1", "NA;2")), "none-mixed", 2, PATH, "must stand alone"),
    "none twice": (some_bases(("1", "N/A;N/A")), "none-mixed", 2, PATH, "must stand alone"),
    "separators alone": (some_bases(("1", ";")), "bad-value", 2, PATH, "between the separators"),
    "accept no base": (
        some_bases(("1", "2", "", "3")),
        "accept-no-base",
        2,
        ACCEPT,
        "000003 is accepted but not named",
    ),
    "accept pending": (some_bases(("1", "9", "", "9")), "accept-pending", 2, ACCEPT, "no identity to accept"),
    "accept alone": (some_bases(("1", "", "", "2")), "accept-alone", 2, ACCEPT, "needs bases in"),
    "accept malformed": (some_bases(("1", "2", "", "two")), "bad-number", 2, ACCEPT, "'two' is not an entry number"),
    "bad date": (some_bases(("1", "2", "31/01/2025")), "bad-date", 2, FROM, "not an ISO date"),
    "impossible date": (some_bases(("1", "2", "2025-02-30")), "bad-date", 2, FROM, "not an ISO date"),
    "end of time": (some_bases(("1", "2", "9999-12-31")), "bad-date", 2, FROM, "is too late"),
    "entry and date twice": (
        some_bases(("1", "2", "2025-02-01"), ("01", "3", "2025-02-01")),
        "entry-twice",
        3,
        NUMBER,
        "Line 2 has 000001 from the same date",
    ),
    "beginning twice": (
        some_bases(("1", "2"), ("1", "3", "0001-01-01")),
        "entry-twice",
        3,
        NUMBER,
        "Line 2 has 000001",
    ),
    "which period": (some_bases(("2", "4")), "which-period", 2, FROM, "More than one period"),
    "empty workbook": ({"Bases": []}, "missing-column", None, NUMBER, "must have this column"),
}


@pytest.fixture(scope="module")
def desk(engine, request, tmp_path_factory):
    """Two lists and some bases, one entry with two periods. Tests of this module must not change them."""
    folder = tmp_path_factory.mktemp("malformed")
    desk_ = Desk(open_empty(engine, request, folder), Ticking(midnight("2026-06-01")), folder)
    desk_.issue("1.9", "2025-01-10", KNOWN)
    desk_.issue("1.010", "2025-03-10", KNOWN)
    desk_.bases(("2", "1"), ("2", "3", "2025-02-01"))
    before = facts.all_facts(desk_.graph, desk_.now)
    yield desk_
    assert facts.all_facts(desk_.graph, desk_.now) == before != Facts()
    assert desk_.faults() == []
    desk_.graph.close()


def written(desk, content):
    """Writes a CSV of lines, or a workbook of sheets."""
    if not isinstance(content, dict):
        return write_csv(desk.path("csv"), content)
    book, path = openpyxl.Workbook(), desk.path("xlsx")
    book.remove(book.active)
    for name, lines in content.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path


def check(desk, load, content, code, line, column, reason):
    """Asserts one refusal with its place and reason, and an unchanged compartment."""
    path, before = written(desk, content), compartments.read_state(desk.graph)
    refusals_ = refusals(lambda: load(path))
    assert [(r.code, r.line, r.column, r.file) for r in refusals_[:1]] == [(code, line, column, path.name)]
    assert reason in refusals_[0].reason
    assert refusals_[0].code in BY_RULES or shown(refusals_[0], content)
    assert compartments.read_state(desk.graph) == before
    return refusals_


def shown(refusal: Refusal, content):
    """Whether the refusal shows the cell of the file, shortened if it is long."""
    cells = {cell.strip()[:100] for line in content[1:] for cell in line} if (refusal.line or 1) > 1 else {None}
    return (refusal.line or 1) == 1 or refusal.value in cells


@pytest.mark.parametrize("case", LISTS)
def test_a_malformed_list_is_refused(desk, case):
    """One fault gives one refusal with its cell; a list is loaded completely or not at all."""
    refusals_ = check(desk, desk.load_list, *LISTS[case])
    assert len(refusals_) == 1 or case == "no header"


@pytest.mark.parametrize("case", BASES_FILES)
def test_a_malformed_file_of_bases_is_refused(desk, case):
    """The same for bases files."""
    refusals_ = check(desk, desk.load_bases, *BASES_FILES[case])
    assert len(refusals_) == 1 or case == "empty workbook"


def test_all_faults_are_reported_together(desk):
    """Three faults in two rows give three refusals, so that a user can correct them together."""
    bad = entry(2, status="?", image_hash="12")
    refusals_ = refusals(
        lambda: desk.load_list(written(desk, a_list(KNOWN[0], bad, KNOWN[2] | {"number": "X"}, *KNOWN[3:])))
    )
    assert [(r.line, r.column) for r in refusals_] == [(3, column("status")), (3, column("image_hash")), (4, NUMBER)]


def test_the_cases_are_many_and_different():
    """There are at least thirty cases, all different."""
    contents = [repr(case[0]) for case in (*LISTS.values(), *BASES_FILES.values())]
    assert len(set(contents)) == len(contents) >= 30
