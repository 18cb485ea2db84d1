"""A known list version with other content: refused, or a correction for the time while the list is in force."""

import pytest

from service.repositories import compartments
from tests.loaders.files import CSV_VIEW, FULL, entry, heading, list_csv, midnight, refusals

FIRST, SECOND, THIRD = ("1.001", "2025-01-10"), ("1.002", "2025-03-10"), ("1.003", "2025-05-10")
DURING = ("2025-01-10", "2025-03-09", "2025-03-10", "2025-05-09", "2025-05-10", "2026-06-01")


def gbcs(desk, number=1, known_at=None):
    """One attribute of an entry, at the first and last instant of each list."""
    revisions = [desk.said(number, day, known_at) for day in DURING]
    return [row and row.gbcs_version for row in revisions]


def three_lists(desk, *words):
    """Three lists of one entry, each with its own value of an attribute."""
    for version, word in zip((FIRST, SECOND, THIRD), words, strict=True):
        desk.issue(*version, [entry(1, gbcs_version=word)])


@pytest.mark.parametrize("skip_refused", [False, True])
def test_a_known_version_with_other_content_is_refused(desk, skip_refused):
    """However small the difference: which of the two versions was published is unknown."""
    desk.issue(*FIRST, [entry(1), entry(2)])
    before = compartments.read_state(desk.graph)
    rows = [entry(1), entry(2, gbcs_version="GBCS 9")]
    (refusal,) = refusals(lambda: desk.issue(*FIRST, rows, skip_refused=skip_refused))
    assert (refusal.code, refusal.value, "1 entries differ" in refusal.reason) == ("other-content", "1.001", True)
    assert compartments.read_state(desk.graph) == before


def test_another_file_with_the_same_content_is_no_correction(desk):
    """The content of a list counts, not the bytes of its file."""
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
def test_a_correction_applies_only_while_its_list_is_in_force(desk, corrected, expected):
    """Earlier and later lists keep their content; earlier recorded instants give the content before the correction."""
    three_lists(desk, "a", "b", "c")
    known, versions = desk.now, desk.versions()
    report = desk.issue(*corrected, [entry(1, gbcs_version="X")], correction=True)
    assert (report.applied, gbcs(desk)) == (True, expected)
    assert gbcs(desk, known_at=known) == ["a", "a", "b", "b", "c", "c"]
    assert desk.versions(known) == versions
    changed = [new.number for new, old in zip(desk.versions(), versions, strict=True) if new != old]
    assert changed == [corrected[0]]


def test_a_correction_does_not_change_a_value_that_the_next_list_repeats(desk):
    """A list that repeats a value has that value itself: a correction of the previous list does not change it."""
    three_lists(desk, "a", "a", "a")
    desk.issue(*SECOND, [entry(1, gbcs_version="X")], correction=True)
    assert gbcs(desk) == ["a", "a", "X", "X", "a", "a"]


def test_a_correction_twice_changes_nothing(desk):
    """After the correction the corrected content is the known one, so the same file is not a correction."""
    three_lists(desk, "a", "b", "c")
    desk.issue(*SECOND, [entry(1, gbcs_version="X")], correction=True)
    before = compartments.read_state(desk.graph)
    for correction in (True, False):
        report = desk.issue(*SECOND, [entry(1, gbcs_version="X")], correction=correction)
        assert (report.applied, report.counts["unchanged"]) == (False, 1)
    assert compartments.read_state(desk.graph) == before


def test_a_reversed_correction_restores_the_earlier_content(desk):
    """The timeline is as before the correction, and both corrections stay recorded."""
    three_lists(desk, "a", "b", "c")
    desk.issue(*SECOND, [entry(1, gbcs_version="X")], correction=True)
    known = desk.now
    desk.issue(*SECOND, [entry(1, gbcs_version="b")], correction=True)
    assert gbcs(desk) == ["a", "a", "b", "b", "c", "c"]
    assert gbcs(desk, known_at=known) == ["a", "a", "X", "X", "c", "c"]


def test_an_entry_added_by_a_correction_is_kept_by_later_lists(desk):
    """A later list does not change entries that it lacks, so the entry stays."""
    three_lists(desk, "a", "b", "c")
    rows = [entry(1, gbcs_version="a"), entry(2, gbcs_version="new")]
    desk.issue(*FIRST, rows, correction=True)
    assert gbcs(desk, 2) == ["new"] * 6
    again = desk.issue(*FIRST, rows)
    assert (again.applied, again.counts["unchanged"]) == (False, 2)


def test_an_entry_added_early_by_a_correction_changes_with_its_first_list(desk):
    """The corrected content is in force until the first list that has the entry."""
    three_lists(desk, "a", "b", "c")
    desk.issue(*THIRD, [entry(1, gbcs_version="c"), entry(2, gbcs_version="own")], correction=True)
    desk.issue(*FIRST, [entry(1, gbcs_version="a"), entry(2, gbcs_version="early")], correction=True)
    assert gbcs(desk, 2) == ["early"] * 4 + ["own"] * 2


def test_a_correction_cannot_move_the_date_of_issue(desk):
    """A known version has one date; a file with another date is refused, as a correction too."""
    desk.issue(*FIRST, [entry(1)])
    before = desk.revision
    (refusal,) = refusals(lambda: desk.issue("1.001", "2025-01-11", [entry(1)], correction=True))
    assert (refusal.code, "2025-01-10" in refusal.reason, desk.revision) == ("issue-date", True, before)


def test_the_workbook_after_its_csv_is_a_correction(desk):
    """The workbook has more columns than the CSV view; loading the view again changes nothing."""
    rows = [entry(1), entry(2)]
    path = list_csv(desk.path("csv"), heading(*FIRST), rows)
    desk.load_list(path)
    assert [r.code for r in refusals(lambda: desk.issue(*FIRST, rows, *FULL, form="xlsx"))] == ["other-content"]
    assert desk.issue(*FIRST, rows, *FULL, form="xlsx", correction=True).counts["changed"] == 2
    assert desk.said(1, "2025-01-10").cpa_number == "[E] FICTION 1"
    assert desk.load_list(path).applied is False


def test_a_correction_changes_steps_only_while_its_list_is_in_force(desk):
    """A corrected status removes a target during that list's time only."""
    for version in (FIRST, SECOND, THIRD):
        desk.issue(*version, [entry(1), entry(2)])
    desk.bases(("2", "1"))
    desk.issue(*SECOND, [entry(1), entry(2, status="Removed")], correction=True)
    assert [desk.said(2, day).listed for day in DURING] == [True, True, False, False, True, True]
    assert all(desk.steps(day) == {(1, 2)} for day in DURING)


def test_a_known_version_with_other_upgrade_paths_is_refused(desk):
    """A list's declarations are part of its content: loading the list again does not undo a later amendment."""
    rows, columns = [entry(1), entry(2, path="1"), entry(3)], (*CSV_VIEW, "path")
    desk.issue(*FIRST, rows, *columns)
    desk.bases(("2", "3"))
    before = desk.revision
    assert [r.code for r in refusals(lambda: desk.issue(*FIRST, rows, *columns))] == ["other-content"]
    assert (desk.revision, desk.steps("2025-01-10")) == (before, {(3, 2)})
    assert desk.issue(*FIRST, rows, *columns, correction=True).counts["declared"] == 1
    assert desk.steps("2025-01-10") == {(1, 2)}


def test_a_later_list_of_the_same_day_replaces_the_earlier_one(desk):
    """The later version is in force from that instant on; a correction of the earlier one has no effect."""
    desk.issue("1.001", "2025-01-10", [entry(1, gbcs_version="a")])
    desk.issue("1.002", "2025-01-10", [entry(1, gbcs_version="b")])
    assert desk.issue("1.001", "2025-01-10", [entry(1, gbcs_version="X")], correction=True).applied is False
    assert gbcs(desk) == ["b"] * 6
    assert [version.effective_from for version in desk.versions()] == [midnight("2025-01-10")] * 2
