"""Published lists, loaded and then read from the graph: version order, cell formats, entries that a list leaves out."""

import re
from datetime import datetime

import pytest

from loaders.lists import read_list
from service.application.entries import entries
from service.application.files.load import LoadOptions, load_list
from service.application.pathways.graph_cache import GraphCache
from service.domain.limits import Limits
from service.repositories import compartments
from service.schemas.requests.queries import AsOfQuestion
from tests.loaders.files import CSV_VIEW, FULL, asked, entry, heading, image, list_csv, midnight, refusals

FIRST, SECOND, THIRD = ("1.001", "2025-01-10"), ("1.002", "2025-03-10"), ("1.003", "2025-05-10")
BEFORE, DURING_FIRST, DURING_SECOND, DURING_THIRD = "2025-01-09", "2025-01-10", "2025-03-10", "2025-05-10"
AMENDMENTS = "MATCH (a:Amendment) RETURN a.reason AS reason, a.made_by AS made_by"
DATED = (*CSV_VIEW, "cpa_number", "cpa_date")


def test_versions_are_ordered_as_two_integers(desk):
    """1.9 comes before 1.10 and 1.10 before 2.000, unlike in the order of texts or of decimal numbers."""
    for number, issued in (("1.9", "2025-01-10"), ("1.10", "2025-02-10"), ("2.000", "2025-03-10")):
        assert desk.issue(number, issued, [entry(1, gbcs_version=f"GBCS {number}")]).applied
    assert [version.number for version in desk.versions()] == ["1.9", "1.10", "2.000"]
    assert [desk.said(1, day).gbcs_version for day in ("2025-02-09", "2025-02-10", "2025-03-10")] == [
        "GBCS 1.9",
        "GBCS 1.10",
        "GBCS 2.000",
    ]


def test_an_older_version_is_refused(desk):
    """Lists load in version order: a missed list cannot be inserted later, whatever its date."""
    desk.issue("1.10", "2025-02-10", [entry(1)])
    before = desk.revision
    (refusal,) = refusals(lambda: desk.issue("1.9", "2025-03-10", [entry(1), entry(2)]))
    assert (refusal.code, refusal.value) == ("list-order", "1.9")
    assert "1.10 is loaded already" in refusal.reason
    assert (desk.revision, desk.said(2, "2026-01-01")) == (before, None)


def test_leading_zeros_do_not_make_another_version(desk):
    """1.10 and 1.010 are the same two integers, so the second file is the first list again."""
    desk.issue("1.10", "2025-02-10", [entry(1)])
    desk.issue("1.010", "2025-02-10", [entry(1), entry(2)], correction=True)
    assert [(version.number, version.entries) for version in desk.versions()] == [("1.10", 2)]
    assert desk.said(2, "2025-02-10").list_version == "1.10"


def test_a_list_dated_before_its_predecessor_is_reported(desk):
    """A list dated before its predecessor is in force from the predecessor's date; each report counts this once."""
    desk.issue(*SECOND, [entry(1)])
    path = list_csv(desk.path("csv"), heading("1.003", "2025-01-31"), [entry(1), entry(2)])
    read = read_list(path, Limits())
    for dry_run in (True, False):
        report = load_list(desk.graph, desk.clock, read, path.name, LoadOptions(dry_run=dry_run))
        assert report.counts["date-runs-backwards"] == 1
    third = desk.versions()[-1]
    assert (third.issued, third.effective_from) == ("2025-01-31", midnight("2025-03-10"))
    assert (desk.said(2, "2025-03-09"), desk.said(2, "2025-03-10").list_version) == (None, "1.003")


def test_a_list_overtaken_on_its_own_day_can_be_loaded_again(desk):
    """A list that is never in force is still known: entries of later lists are not absent from it."""
    path = list_csv(desk.path("csv"), heading(*SECOND), [entry(1)])
    desk.load_list(path)
    desk.issue("1.003", "2025-03-10", [entry(number) for number in range(1, 9)])
    again = desk.load_list(path)
    assert (again.applied, again.absent, again.counts["unchanged"]) == (False, [], 1)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_same_file_twice_changes_nothing(desk, form):
    """The second load does not raise the compartment's revision, and reports every entry as unchanged."""
    rows = [entry(1), entry(2, status="Removed"), entry(3, path="1;2")]
    columns = (*(CSV_VIEW if form == "csv" else FULL), "path")
    desk.issue(*FIRST, rows, *columns, form=form)
    before = compartments.read_state(desk.graph)
    again = desk.issue(*FIRST, rows, *columns, form=form)
    assert (again.applied, again.counts["unchanged"], again.counts["declared"]) == (False, 3, 0)
    assert compartments.read_state(desk.graph) == before


def test_a_new_version_without_changes_is_recorded(desk):
    """The list in force changes, but no fact does."""
    desk.issue(*FIRST, [entry(1)])
    report = desk.issue(*SECOND, [entry(1)])
    assert (report.applied, report.counts["unchanged"]) == (True, 1)
    moment = GraphCache(desk.graph, desk.clock).as_of(midnight("2025-04-01"), None)
    assert (moment.list.number, moment.list.entries) == ("1.002", 1)
    assert desk.said(1, "2025-04-01").valid_from == midnight("2025-01-10")


def test_a_list_is_in_force_from_its_date(desk):
    """No list is in force before its date of issue, and no entry before its first list."""
    desk.issue(*FIRST, [entry(1)])
    desk.issue(*SECOND, [entry(1), entry(2)])
    assert [desk.said(1, day) is not None for day in (BEFORE, DURING_FIRST)] == [False, True]
    moment = GraphCache(desk.graph, desk.clock).as_of(midnight(DURING_FIRST), None)
    found = entries.get_entry(desk.graph, lambda *_: moment, AsOfQuestion(), "000002")
    assert (found.status, found.first_listed) == ("not-yet-listed", midnight(DURING_SECOND))


@pytest.mark.parametrize(
    ("attribute", "before", "after"),
    [
        ("status", "Removed", "Current"),
        ("status", "Current", "Removed"),
        ("image_hash", image("wrong"), image("corrected")),
        ("image_hash", image("wrong"), ""),
        ("model", "0001", "0002"),
        ("manufacturer", "FE01", "FE02"),
        ("firmware_version", "00000010", "0000000A"),
        ("gbcs_version", "GBCS Version 3.2", "GBCS Version 4.0"),
    ],
)
def test_a_changed_attribute_keeps_its_old_value_in_the_history(desk, attribute, before, after):
    """The old value stays valid for its time and known at its recorded instants; the new one follows."""
    desk.issue(*FIRST, [entry(1, **{attribute: before})])
    known = desk.now
    report = desk.issue(*SECOND, [entry(1, **{attribute: after})])
    (change,) = report.changes
    assert [(a.attribute, a.before, a.after) for a in change.attributes] == [(attribute, before, after)]
    assert [getattr(desk.said(1, day), attribute) for day in (DURING_FIRST, DURING_SECOND)] == [before, after]
    assert getattr(desk.said(1, DURING_SECOND, known), attribute) == before
    assert desk.said(1, DURING_SECOND).recorded_from == desk.now > known


def test_absent_entries_are_reported_and_left_alone(desk):
    """Entries are never deleted: an entry that a list leaves out keeps the content of the earlier list."""
    desk.issue(*FIRST, [entry(1), entry(2)])
    report = desk.issue(*SECOND, [entry(1)])
    assert (report.applied, report.absent, report.counts["absent"]) == (True, ["000002"], 1)
    assert desk.said(2, DURING_SECOND).list_version == "1.001"


@pytest.mark.parametrize(("kept", "refused"), [(2, False), (1, True)])
def test_a_list_with_many_absent_entries_is_refused(desk, kept, refused):
    """Five entries may be absent. With six, the refusal names the first one, unless allow_absent is set."""
    rows = [entry(number) for number in range(1, 8)]
    desk.issue(*FIRST, rows)
    path = list_csv(desk.path("csv"), heading(*SECOND), rows[:kept])
    found = refusals(lambda: desk.load_list(path, skip_refused=True)) if refused else []
    assert [(r.code, r.value, "000002 first" in r.reason) for r in found] == [("many-absent", "6", True)] * refused
    assert desk.load_list(path, allow_absent=True).applied is True
    assert desk.said(7, DURING_SECOND).listed


def test_an_entry_whose_row_was_refused_is_not_absent(desk):
    """With --skip-refused the entry stays as it is and does not count as absent."""
    rows = [entry(number) for number in range(1, 8)]
    desk.issue(*FIRST, rows)
    report = desk.issue(*SECOND, [rows[0], *(row | {"model": "12"} for row in rows[1:])], skip_refused=True)
    assert (report.applied, report.absent, report.counts["refused"]) == (True, [], 6)
    assert desk.said(7, DURING_SECOND).model == "0001"


@pytest.mark.parametrize(
    ("columns", "expected"), [(CSV_VIEW, "[E] FICTION 1"), (DATED, ""), ((*CSV_VIEW, "cpa_date"), "[E] FICTION 1")]
)
def test_an_absent_column_changes_nothing_and_a_blank_cell_clears_the_value(desk, columns, expected):
    """The CSV view has no certificate columns and does not change certificates; an empty column clears them."""
    desk.issue(*FIRST, [entry(1)], *DATED)
    desk.issue(*SECOND, [entry(1, cpa_number="", gbcs_version="")], *columns)
    now = desk.said(1, DURING_SECOND)
    assert (now.cpa_number, now.gbcs_version) == (expected, "")
    assert desk.said(1, DURING_FIRST).cpa_number == "[E] FICTION 1"


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_list_may_contain_declarations(desk, form):
    """A column of upgrade paths is recorded as an amendment; its reason names the list."""
    rows = [entry(1, path="n/a"), entry(2, path="1"), entry(3, path="000001, 2"), entry(4, path=None)]
    report = desk.issue(*FIRST, rows, *(*(CSV_VIEW if form == "csv" else FULL), "path"), form=form)
    assert (report.applied, report.counts["declared"]) == (True, 3)
    assert [desk.periods(number) for number in (1, 2, 3, 4)] == [
        [("", "", "none", "")],
        [("", "", "bases", "000001")],
        [("", "", "bases", "000001;000002")],
        [],
    ]
    assert desk.steps(DURING_FIRST) == {(1, 2), (1, 3), (2, 3)}
    assert [(row["reason"], row["made_by"]) for row in asked(desk.graph, AMENDMENTS)] == [("list 1.001", "test")]


def test_a_list_without_new_declarations_makes_no_amendment(desk):
    """Repeated upgrade paths change no declaration."""
    desk.issue(*FIRST, [entry(1), entry(2, path="1")], *CSV_VIEW, "path")
    report = desk.issue(*SECOND, [entry(1), entry(2, path="1")], *CSV_VIEW, "path")
    assert (report.applied, report.counts["declared"], len(asked(desk.graph, AMENDMENTS))) == (True, 0, 1)


@pytest.mark.parametrize("number", [FIRST, SECOND])
def test_a_dry_run_writes_nothing(desk, number):
    """A dry run reports the changes and does not raise the compartment's revision, with or without an earlier list."""
    if number == SECOND:
        desk.issue(*FIRST, [entry(1)])
    before = compartments.read_state(desk.graph)
    rows = [entry(1, gbcs_version="GBCS 9"), entry(2, path="1")]
    report = desk.issue(*number, rows, *CSV_VIEW, "path", dry_run=True)
    assert (report.applied, report.dry_run, report.counts["declared"]) == (False, True, 1)
    assert "000002" in {change.entry for change in report.changes}
    assert compartments.read_state(desk.graph) == before
    assert [version.number for version in desk.versions()] == (["1.001"] if number == SECOND else [])


def test_skip_refused_loads_the_other_rows(desk):
    """One refused row stops the whole list, or with --skip-refused only itself; so does a refused declaration."""
    rows = [entry(1), entry(2, image_hash="12"), entry(3, path="3"), entry(4, path="1")]
    path = list_csv(desk.path("csv"), heading(*FIRST), rows, (*CSV_VIEW, "path"))
    both = [("bad-value", 3), ("own-base", 4)]
    assert [(r.code, r.line) for r in refusals(lambda: desk.load_list(path))] == both
    assert desk.said(1, DURING_FIRST) is None
    report = desk.load_list(path, skip_refused=True)
    assert [(r.code, r.line) for r in report.refusals] == both
    assert [desk.said(number, DURING_FIRST) is not None for number in (1, 2, 3, 4)] == [True, False, True, True]
    assert (desk.periods(3), desk.steps(DURING_FIRST)) == ([], {(1, 4)})


VARIANTS = [
    ({"gbcs_version": "GBCS 1.1  ", "image_descriptor": "   "}, {"gbcs_version": "GBCS 1.1", "image_descriptor": ""}),
    ({"hardware_version": 12, "dlms_number": 1820, "joined": ""}, {"hardware_version": "12", "dlms_number": "1820"}),
    ({"manufacturer": "fe:01", "firmware_version": "00:00:00:0a"}, {"firmware_version": "0000000A"}),
    ({"image_hash": ":".join(re.findall("..", image(1).lower()))}, {"image_hash": image(1)}),
    ({"cpa_number": "[R] X1 ", "cpa_date": "20/01/2028"}, {"cpa_number": "[R] X1", "cpa_date": "2028-01-20"}),
    ({"cpa_date": "9-2-2026"}, {"cpa_date": "2026-02-09"}),
    ({"cpa_date": datetime(2028, 1, 20)}, {"cpa_date": "2028-01-20"}),  # noqa: DTZ001
    ({"cpa_number": None, "cpa_date": None}, {"cpa_number": "", "cpa_date": ""}),
    ({"cpa_date": "31/02/2028"}, {"cpa_date": "31/02/2028"}),
    ({"cpa_date": "2028-01-20 or later"}, {"cpa_date": "2028-01-20 or later"}),
    ({"cpa_date": "20280120"}, {"cpa_date": "20280120"}),
    ({"cpa_date": "2028-01-20 00:00:00"}, {"cpa_date": "2028-01-20"}),
    ({"status": "removed "}, {"status": "Removed"}),
    ({"device_type": "Kettle"}, {"device_type": "Kettle"}),
    *((text, text) for text in ({"gbcs_version": "x'}) DETACH DELETE n //"}, {"image_descriptor": "=1+1"})),
]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_variant_cell_formats_are_accepted(desk, form):
    """Spaces, numbers, every date format, an unreadable date with a remark; Cypher and formulas are plain text."""
    rows = [entry(number, **said) for number, (said, _) in enumerate(VARIANTS, start=1)]
    report = desk.issue(*FIRST, rows, *FULL, form=form)
    assert report.applied
    for number, (_, expected) in enumerate(VARIANTS, start=1):
        found = desk.said(number, DURING_FIRST)
        assert found.manufacturer == "FE01"
        assert {name: getattr(found, name) for name in expected} == expected
    remarks = [(remark.code, remark.entry) for remark in report.remarks]
    unreadable = [("unreadable-date", f"{number:06}") for number in (9, 10, 11)]
    assert remarks == [*unreadable, ("unknown-device-type", "000014")]
