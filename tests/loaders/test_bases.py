"""Bases files, loaded and then read from the graph: formats of a cell, periods, remarks."""

import datetime

import openpyxl
import pytest

from service.application.amendments.amendment_details import get_amendment_detail
from service.application.entries.entry_history import fetch_history
from service.repositories import compartments, facts
from tests.loaders.files import BASES, Desk, asked, entry, image, refusals, saved, write_csv
from tests.templates import emptied

FIRST, SECOND, THIRD = ("1.001", "2025-01-10"), ("1.002", "2025-03-10"), ("1.003", "2025-05-10")
NOW = "2026-06-01"
OTHERS = {
    5: {"model": "0002", "image_hash": image(1)},
    6: {"manufacturer": "FE02"},
    7: {"device_type": "Communications Hub"},
}
AMENDMENTS = """MATCH (a:Amendment) OPTIONAL MATCH (a)-[:MADE]->(d:Declaration)
                RETURN a.evidence AS evidence, a.reason AS reason, a.source AS source, count(d) AS made
                ORDER BY evidence"""


@pytest.fixture
def desk(opened, clock, tmp_path):
    """A list of four entries of one device model and three of others; verification follows every load of bases."""

    class Verifying(Desk):
        """A desk that asserts after every applied load that verification finds no faults."""

        def load_bases(self, *given, **how):
            report = super().load_bases(*given, **how)
            assert not report.applied or self.faults() == []
            return report

    desk_ = Verifying(emptied(opened), clock, tmp_path)
    desk_.issue(*FIRST, [entry(number, **OTHERS.get(number, {})) for number in range(1, 8)])
    return desk_


def codes(report):
    """The code, entry and base of each remark."""
    return [(remark.code, int(remark.entry), remark.base and int(remark.base)) for remark in report.remarks]


CELLS = [
    ("N/A", "none", ""),
    ("1;2", "bases", "000001;000002"),
    ("n/a", "none", ""),
    ("3,1", "bases", "000001;000003"),
    ("NA", "none", ""),
    (" 000001 ; 02,3 ", "bases", "000001;000002;000003"),
    ("nA", "none", ""),
    ("1;", "bases", "000001"),
    (" n / a ", "none", ""),
]


def test_the_spellings_of_a_bases_cell(desk):
    """Semicolon or comma as separator, numbers of one to six digits, N/A in any case and without its slash."""
    lines = [("4", cell, f"2025-02-{day:02}") for day, (cell, _, _) in enumerate(CELLS, start=1)]
    assert desk.bases(*lines).refusals == []
    assert [list(period[2:]) for period in desk.periods(4)] == [expected for _, *expected in CELLS]


def test_a_blank_changes_nothing(desk):
    """Neither a blank cell nor a row of evidence only changes anything; a file of such rows writes nothing."""
    desk.bases(("2", "1"))
    before = compartments.read_state(desk.graph)
    report = desk.bases(("2", ""), ("3", " "), ("4", "", "", "", "a letter"))
    assert (report.applied, report.counts["blank"], compartments.read_state(desk.graph)) == (False, 3, before)
    assert (desk.bases().applied, desk.steps(NOW)) == (False, {(1, 2)})


def test_the_same_file_twice_changes_nothing(desk):
    """Periods, acceptances, held and pending bases: the second load does not even raise the compartment's revision."""
    lines = [
        ("2", "1"),
        ("3", "1;2", "2025-02-01"),
        ("3", "2", "2025-04-01"),
        ("4", "5;9;3", "", "5", "x"),
        ("1", "NA"),
    ]
    assert desk.bases(*lines).counts["declared"] == 4
    before = compartments.read_state(desk.graph)
    again = desk.bases(*lines)
    assert (again.applied, again.counts["unchanged"], again.counts["declared"]) == (False, 4, 0)
    assert (compartments.read_state(desk.graph), len(asked(desk.graph, AMENDMENTS))) == (before, 1)


def test_a_workbook_is_read_like_its_csv(desk):
    """Cells may be numbers, dates or text; the loader finds the sheet by its headings."""
    book = openpyxl.Workbook()
    book.active.append(["Notes"])
    sheet = book.create_sheet("Bases")
    for line in (BASES, (2, 1, None, None, "letter 7"), (3, "1;2", datetime.date(2025, 2, 1)), ("000004", "n/a")):
        sheet.append(line)
    assert desk.load_bases(saved(book, desk.path("xlsx"))).counts["declared"] == 3
    assert desk.periods(2) == [("", "", "bases", "000001")]
    assert desk.periods(3) == [("2025-02-01", "", "bases", "000001;000002")]
    assert desk.periods(4) == [("", "", "none", "")]


def test_rows_of_one_entry_are_its_periods(desk):
    """Each period ends where the next begins, in any order of rows; --effective dates the rows without a date."""
    report = desk.bases(("4", "3", "2025-04-01"), ("4", "1"), ("3", "2"), effective="2025-02-01")
    assert report.counts["declared"] == 2
    assert desk.periods(4) == [
        ("2025-02-01", "2025-04-01", "bases", "000001"),
        ("2025-04-01", "", "bases", "000003"),
    ]
    assert [desk.steps(day) for day in ("2025-01-31", "2025-02-01", "2025-03-31", "2025-04-01")] == [
        set(),
        {(1, 4), (2, 3)},
        {(1, 4), (2, 3)},
        {(3, 4), (2, 3)},
    ]


def test_a_declaration_is_in_force_from_its_date_on(desk):
    """The earlier declaration stays in force before that date; earlier recorded instants give the earlier answer."""
    desk.bases(("4", "1"))
    known = desk.now
    desk.bases(("4", "2", "2025-02-01"))
    assert desk.periods(4) == [("", "2025-02-01", "bases", "000001"), ("2025-02-01", "", "bases", "000002")]
    assert desk.periods(4, known) == [("", "", "bases", "000001")]
    assert (desk.steps(NOW, known), desk.steps(NOW)) == ({(1, 4)}, {(2, 4)})


def test_a_row_that_would_replace_several_periods_needs_a_date(desk):
    """A row without a date cannot replace two periods, a row with a date can; a repeated statement is not refused."""
    desk.bases(("4", "1"), ("4", "2", "2025-02-01"))
    before = desk.revision
    (refusal,) = refusals(lambda: desk.bases(("3", "1"), ("4", "3")))
    assert (refusal.code, refusal.line, refusal.column) == ("which-period", 3, "Effective_From")
    assert (desk.revision, desk.periods(3)) == (before, [])
    desk.bases(("4", "3", "0001-01-01"))
    assert desk.periods(4) == [("", "", "bases", "000003")]


def test_declaring_the_same_bases_for_a_longer_time_is_a_change(desk):
    """A declaration from a later date is declared from the beginning: one period replaces the other without a date."""
    desk.bases(("4", "1", "2025-02-01"))
    assert desk.bases(("4", "1")).counts["declared"] == 1
    assert desk.periods(4) == [("", "", "bases", "000001")]


def test_repeating_what_several_periods_declare_is_no_change(desk):
    """Three recorded pieces of one statement, declared again: no period changes, so no date is needed."""
    desk.bases(("4", "1"), ("4", "2", "2025-02-01"), ("4", "1", "2025-03-01"))
    desk.bases(("4", "1", "2025-02-01"))
    assert [(kind, given) for _, _, kind, given in desk.periods(4)] == [("bases", "000001")] * 2
    desk.bases(("4", "2", "2025-02-01"), ("4", "1", "2025-03-01"))
    desk.bases(("4", "1", "2025-02-01"), ("4", "1", "2025-03-01"))
    report = desk.bases(("4", "1"))
    assert (report.applied, report.counts["unchanged"], report.refusals) == (False, 1, [])


def test_a_pending_base_becomes_a_step_when_its_list_comes(desk):
    """The load keeps the base and judges it from the date of that list on; a base of another device model is held."""
    report = desk.bases(("4", "1;8;9"))
    assert codes(report) == [("pending", 4, 8), ("pending", 4, 9)]
    assert (desk.steps(NOW), desk.held(NOW)) == ({(1, 4)}, {})
    desk.issue(*SECOND, [entry(1), entry(8), entry(9, model="0009")], allow_absent=True)
    assert [desk.steps(day) for day in ("2025-03-09", "2025-03-10")] == [{(1, 4)}, {(1, 4), (8, 4)}]
    assert [desk.held(day) for day in ("2025-03-09", "2025-03-10")] == [{}, {(9, 4): "other-device-model"}]
    assert desk.faults() == []


def test_bases_of_other_hardware_are_held(desk):
    """The remark has the reason code and the entry of the target's own device model with the same image."""
    report = desk.bases(("4", "5;6;7;3"))
    held = [(remark.code, remark.held, remark.base, remark.counterpart) for remark in report.remarks]
    assert held == [
        ("held", "other-device-model", "000005", "000001"),
        ("held", "other-manufacturer", "000006", None),
        ("held", "other-device-type", "000007", None),
    ]
    assert desk.steps(NOW) == {(3, 4)}
    assert desk.held(NOW) == {(int(base), 4): code for _, code, base, _ in held}
    assert [remark.counterpart for remark in desk.bases(("1", "5")).remarks] == [None]


def test_bases_with_warnings_are_loaded(desk):
    """A removed base, a base named twice, two entries that are bases of each other, N/A despite earlier entries."""
    desk.issue(*SECOND, [entry(1, status="Removed"), entry(8), entry(9)], allow_absent=True)
    report = desk.bases(("2", "1;01"), ("3", "4"), ("4", "3"), ("8", "N/A"))
    assert codes(report) == [
        ("named-twice", 2, 1),
        ("removed-base", 2, 1),
        ("cycle", 3, 4),
        ("cycle", 4, 3),
        ("none-though-earlier", 8, None),
    ]
    assert report.counts["cycle"] == 2
    assert desk.steps(NOW) == {(1, 2), (3, 4), (4, 3)}


def evidence(desk):
    """Entry, bases and evidence of each declaration in force."""
    rows = facts.declarations_of(desk.graph, ["000002", "000003", "000004"], desk.now)
    return [(row.entry, row.given, row.evidence) for row in rows]


def test_a_file_with_evidence_for_each_row_is_one_amendment(desk):
    """Each declaration has the evidence of its row; evidence without a change is not recorded."""
    report = desk.bases(("2", "1", "", "", "mail"), ("3", "2", "", "", "letter"), ("4", "3"), evidence="whole file")
    assert len(report.amendments) == 1
    assert [(row["evidence"], row["made"]) for row in asked(desk.graph, AMENDMENTS)] == [("whole file", 3)]
    expected = [("000002", "000001", "mail"), ("000003", "000002", "letter"), ("000004", "000003", "")]
    assert evidence(desk) == expected
    lines = [("4", "3", "", "", "old"), ("4", "2", "2025-02-01", "", "new"), ("3", "2", "", "", "other")]
    assert len(desk.bases(*lines).amendments) == 1
    expected[2:] = [("000004", "000003", ""), ("000004", "000002", "new")]
    assert evidence(desk) == expected
    assert compartments.read_state(desk.graph).sequence == 2
    assert desk.faults() == []


def test_the_evidence_of_a_row_is_that_of_its_acceptance_too(desk):
    """Also where the row declares nothing new; history and amendment show it, and a revert takes it back."""
    desk.bases(("4", "5", "", "", "letter"))
    report = desk.bases(("4", "5", "", "5", "mail"))
    items = [item for _, item in fetch_history(desk.graph, "000004", None, desk.clock())]
    declared, accepted = (next(item for item in items if item.kind == kind) for kind in ("declaration", "acceptance"))
    assert (declared.declaration.evidence, accepted.evidence) == ("letter", "mail")
    (change,) = get_amendment_detail(desk.graph, report.amendments[0], desk.clock()).changes
    assert (change.evidence, len(change.accepted_after)) == (["mail"], 1)
    assert desk.faults() == []


def test_an_amendment_has_its_reason_source_and_evidence(desk):
    """Reason, source and the evidence of the whole file for rows without their own; Cypher in a value is plain text."""
    path = write_csv(desk.path("csv"), [["firmware_upgrade_path ", "ENTRY.NUMBER"], ["1", "2"]])
    options = {"reason": "as told'}) DETACH DELETE n //", "evidence": "=1+1"}
    desk.load_bases(path, **options)
    assert asked(desk.graph, AMENDMENTS) == [options | {"source": path.name, "made": 1}]


def test_a_step_of_an_entry_applies_to_its_twin(desk):
    """A step from or to an entry also applies to its twin; a base that is a twin of its target gives no step."""
    twin = entry(8, firmware_version="00000002", image_hash=image(2))
    desk.issue(*SECOND, [entry(2), twin], allow_absent=True)
    desk.bases(("3", "2"), ("2", "1;8"))
    assert desk.steps("2025-03-09") == {(2, 3), (1, 2)}
    assert desk.steps("2025-03-10") == {(2, 3), (8, 3), (1, 2), (1, 8)}


def test_skip_refused_loads_the_other_rows(desk):
    """A refused row stops the file; --skip-refused loads the other rows, and --dry-run loads nothing."""
    lines = [("2", "1"), ("3", "3"), ("4", "X")]
    before = compartments.read_state(desk.graph)
    assert [r.line for r in refusals(lambda: desk.bases(*lines))] == [4, 3]
    report = desk.bases(*lines, skip_refused=True, dry_run=True)
    assert (report.applied, report.counts["declared"], compartments.read_state(desk.graph)) == (False, 1, before)
    report = desk.bases(*lines, skip_refused=True)
    assert [(r.line, r.code) for r in report.refusals] == [(4, "bad-number"), (3, "own-base")]
    assert (report.applied, desk.steps(NOW)) == (True, {(1, 2)})


def test_a_declaration_keeps_the_steps_of_former_twins_on_other_device_models(desk):
    """Entry 1 is a twin of 4, then moves to another device model as a twin of 8: the step to it there stays."""
    other_model = {"model": "0009"}
    like = {"firmware_version": "00000004", "image_hash": image(4)}
    rows = [entry(1, **like), entry(2), entry(3), entry(4), entry(8, **other_model, **like), entry(9, **other_model)]
    desk.issue(*SECOND, rows)
    desk.issue(*THIRD, [entry(1, **other_model, **like), *rows[1:]])
    desk.bases(("8", "9"))
    assert {(9, 8), (9, 1)} <= desk.steps(NOW)
    desk.bases(("4", "N/A"))
    assert {(9, 8), (9, 1)} <= desk.steps(NOW)


def load_with_end_dates(desk, *lines):
    """Loads lines of an entry, its bases, and the start and end of the period."""
    header = ["Entry.number", "Firmware_Upgrade_Path", "Effective_From", "Effective_To"]
    return desk.load_bases(write_csv(desk.path("csv"), [header, *map(list, lines)]))


def test_a_period_may_end(desk):
    """A declaration from a later date stays, and no declaration is in force between the two periods."""
    desk.bases(("4", "3", "2025-04-01"))
    assert load_with_end_dates(desk, ("4", "1", "2025-02-01", "2025-03-01")).counts["declared"] == 1
    assert desk.periods(4) == [
        ("2025-02-01", "2025-03-01", "bases", "000001"),
        ("2025-04-01", "", "bases", "000003"),
    ]
    days = ("2025-01-31", "2025-02-01", "2025-02-28", "2025-03-01", "2025-04-01")
    assert [desk.steps(day) for day in days] == [set(), {(1, 4)}, {(1, 4)}, set(), {(3, 4)}]


@pytest.mark.parametrize("until", ["2025-01-01", "2024-12-31"])
def test_a_period_that_ends_before_it_begins_is_refused(desk, until):
    """A period that ends at or before its start is refused, and nothing is loaded."""
    (refusal,) = refusals(lambda: load_with_end_dates(desk, ("4", "1", "2025-01-01", until)))
    assert (refusal.code, refusal.line, refusal.column) == ("bad-period", 2, "Effective_To")
    assert desk.periods(4) == []
