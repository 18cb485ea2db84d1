"""A known list version that says something else: refused, or a correction of the time in which that list holds."""

import pytest

from service.repositories import compartments
from tests.loaders.files import CSV_VIEW, FULL, entry, heading, list_csv, midnight, refusals

FIRST, SECOND, THIRD = ("1.001", "2025-01-10"), ("1.002", "2025-03-10"), ("1.003", "2025-05-10")
DURING = ("2025-01-10", "2025-03-09", "2025-03-10", "2025-05-09", "2025-05-10", "2026-06-01")


def gbcs(desk, number=1, known_at=None):
    """What the lists say of one attribute, at the first and last instant of each."""
    found = [desk.said(number, day, known_at) for day in DURING]
    return [row and row.gbcs_version for row in found]


def three_lists(desk, *words):
    """Three lists of one entry, each with its own word for an attribute."""
    for version, word in zip((FIRST, SECOND, THIRD), words, strict=True):
        desk.issue(*version, [entry(1, gbcs_version=word)])


@pytest.mark.parametrize("skip_refused", [False, True])
def test_a_known_version_with_other_content_is_refused(desk, skip_refused):
    """However small the difference, and whatever rows may be skipped: which of the two was published?"""
    desk.issue(*FIRST, [entry(1), entry(2)])
    before = compartments.read_state(desk.graph)
    rows = [entry(1), entry(2, gbcs_version="GBCS 9")]
    (refusal,) = refusals(lambda: desk.issue(*FIRST, rows, skip_refused=skip_refused))
    assert (refusal.code, refusal.value, "1 entries differ" in refusal.reason) == ("other-content", "1.001", True)
    assert compartments.read_state(desk.graph) == before


def test_another_file_with_the_same_content_is_no_correction(desk):
    """It is what a list says that counts, not the bytes of the file that says it."""
    desk.issue(*FIRST, [entry(1)])
    report = desk.issue(*FIRST, [entry(1)], *CSV_VIEW, form="xlsx")
    assert (report.applied, report.counts["unchanged"]) == (False, 1)


@pytest.mark.parametrize(
    ("corrected", "expected"),
    [
        (FIRST, ["X", "X", "b", "b", "c", "c"]),
        (SECOND, ["a", "a", "X", "X", "c", "c"]),
        (THIRD, ["a", "a", "b", "b", "X", "X"]),
    ],
)
def test_a_correction_is_confined_to_the_time_of_its_list(desk, corrected, expected):
    """What the lists before and after it say stays; what was known before the correction is still answered."""
    three_lists(desk, "a", "b", "c")
    known, versions = desk.now, desk.versions()
    report = desk.issue(*corrected, [entry(1, gbcs_version="X")], correction=True)
    assert (report.applied, gbcs(desk)) == (True, expected)
    assert gbcs(desk, known_at=known) == ["a", "a", "b", "b", "c", "c"]
    assert desk.versions(known) == versions
    changed = [new.number for new, old in zip(desk.versions(), versions, strict=True) if new != old]
    assert changed == [corrected[0]]


def test_what_the_next_list_repeated_stays_its_own(desk):
    """A list that repeats a value says it for itself: a correction of the list before leaves it."""
    three_lists(desk, "a", "a", "a")
    desk.issue(*SECOND, [entry(1, gbcs_version="X")], correction=True)
    assert gbcs(desk) == ["a", "a", "X", "X", "a", "a"]


def test_a_correction_twice_changes_nothing(desk):
    """The corrected list is the known one from then on, and no correction any more."""
    three_lists(desk, "a", "b", "c")
    desk.issue(*SECOND, [entry(1, gbcs_version="X")], correction=True)
    before = compartments.read_state(desk.graph)
    for correction in (True, False):
        report = desk.issue(*SECOND, [entry(1, gbcs_version="X")], correction=correction)
        assert (report.applied, report.counts["unchanged"]) == (False, 1)
    assert compartments.read_state(desk.graph) == before


def test_a_correction_taken_back_leaves_what_was(desk):
    """The timeline is as it was before the correction, and both corrections stay on record."""
    three_lists(desk, "a", "b", "c")
    desk.issue(*SECOND, [entry(1, gbcs_version="X")], correction=True)
    known = desk.now
    desk.issue(*SECOND, [entry(1, gbcs_version="b")], correction=True)
    assert gbcs(desk) == ["a", "a", "b", "b", "c", "c"]
    assert gbcs(desk, known_at=known) == ["a", "a", "X", "X", "c", "c"]


def test_an_entry_that_a_correction_brings_is_not_deleted_by_the_next_list(desk):
    """Later lists do not have it, and are said to leave alone what they do not have: it stays."""
    three_lists(desk, "a", "b", "c")
    rows = [entry(1, gbcs_version="a"), entry(2, gbcs_version="new")]
    desk.issue(*FIRST, rows, correction=True)
    assert gbcs(desk, 2) == ["new"] * 6
    again = desk.issue(*FIRST, rows)
    assert (again.applied, again.counts["unchanged"]) == (False, 2)


def test_an_entry_that_a_correction_brings_early_changes_when_its_list_comes(desk):
    """What the correction says holds until the first list that is known to have the entry."""
    three_lists(desk, "a", "b", "c")
    desk.issue(*THIRD, [entry(1, gbcs_version="c"), entry(2, gbcs_version="own")], correction=True)
    desk.issue(*FIRST, [entry(1, gbcs_version="a"), entry(2, gbcs_version="early")], correction=True)
    assert gbcs(desk, 2) == ["early"] * 4 + ["own"] * 2


def test_a_correction_cannot_move_the_date_of_issue(desk):
    """A known version has one date; that of another file is refused, correction or not."""
    desk.issue(*FIRST, [entry(1)])
    before = desk.revision
    (refusal,) = refusals(lambda: desk.issue("1.001", "2025-01-11", [entry(1)], correction=True))
    assert (refusal.code, "2025-01-10" in refusal.reason, desk.revision) == ("issue-date", True, before)


def test_the_workbook_after_its_csv_is_a_correction(desk):
    """It says more than the CSV view did; the view, loaded again, says no less than it can."""
    rows = [entry(1), entry(2)]
    path = list_csv(desk.path("csv"), heading(*FIRST), rows)
    desk.load_list(path)
    assert [r.code for r in refusals(lambda: desk.issue(*FIRST, rows, *FULL, form="xlsx"))] == ["other-content"]
    assert desk.issue(*FIRST, rows, *FULL, form="xlsx", correction=True).counts["changed"] == 2
    assert desk.said(1, "2025-01-10").cpa_number == "[E] FICTION 1"
    assert desk.load_list(path).applied is False


def test_a_correction_moves_the_steps_of_its_time_alone(desk):
    """A status corrected in one list makes a target unlisted over that list's stretch, and over no other."""
    for version in (FIRST, SECOND, THIRD):
        desk.issue(*version, [entry(1), entry(2)])
    desk.bases(("2", "1"))
    desk.issue(*SECOND, [entry(1), entry(2, status="Removed")], correction=True)
    assert [desk.said(2, day).listed for day in DURING] == [True, True, False, False, True, True]
    assert all(desk.steps(day) == {(1, 2)} for day in DURING)


def test_a_known_version_with_other_upgrade_paths_is_refused(desk):
    """Its declarations are content too: the list, loaded again, does not undo an amendment made since."""
    rows, columns = [entry(1), entry(2, path="1"), entry(3)], (*CSV_VIEW, "path")
    desk.issue(*FIRST, rows, *columns)
    desk.bases(("2", "3"))
    before = desk.revision
    assert [r.code for r in refusals(lambda: desk.issue(*FIRST, rows, *columns))] == ["other-content"]
    assert (desk.revision, desk.steps("2025-01-10")) == (before, {(3, 2)})
    assert desk.issue(*FIRST, rows, *columns, correction=True).counts["declared"] == 1
    assert desk.steps("2025-01-10") == {(1, 2)}


def test_a_list_of_the_same_day_replaces_the_one_before(desk):
    """The later version holds from that instant on; a correction of the earlier one holds over no time."""
    desk.issue("1.001", "2025-01-10", [entry(1, gbcs_version="a")])
    desk.issue("1.002", "2025-01-10", [entry(1, gbcs_version="b")])
    assert desk.issue("1.001", "2025-01-10", [entry(1, gbcs_version="X")], correction=True).applied is False
    assert gbcs(desk) == ["b"] * 6
    assert [version.effective_from for version in desk.versions()] == [midnight("2025-01-10")] * 2
