"""Confirmations of declared bases after the list corrected an entry: recorded, shown, reverted; no pathway changes."""

import pytest

from service.application.amendments import commit
from service.application.amendments.amendment_details import get_amendment_detail
from service.application.amendments.commit import ProposedAmendment
from service.application.entries.entry_history import fetch_history
from service.application.findings import finding_thresholds
from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.domain.amendments import AmendmentRecord
from service.errors import AmendedSince
from service.repositories import compartments, facts
from service.schemas.requests.queries import PathwayQuestion
from service.settings import Settings
from tests.loaders.files import BASES, Desk, entry, image, refusals, write_csv
from tests.templates import emptied
from tests.whole_findings import compute_findings

LIST = ("1.001", "2025-01-10")
HEADINGS = [*BASES, "Confirmed"]
BARE = ("", "", "")


@pytest.fixture
def desk(opened, clock, tmp_path):
    """Entries 1 to 4 of one device model; 1 and 2 are bases of 3; then the list corrects the hash of 1."""
    desk_ = Desk(emptied(opened), clock, tmp_path)
    desk_.issue(*LIST, [entry(number) for number in range(1, 5)])
    desk_.bases(("3", "1;2"), ("4", "3"))
    desk_.issue(*LIST, [entry(1, image_hash=image(9)), *(entry(number) for number in range(2, 5))], correction=True)
    return desk_


def confirm(desk, *lines, **how):
    """Loads a file of bases with the column Confirmed."""
    return desk.load_bases(write_csv(desk.path("csv"), [HEADINGS, *map(list, lines)]), **how)


def answer(desk, base, target):
    """The pathway from a base to a target now."""
    question = PathwayQuestion(from_=str(base), to=str(target))
    cache = GraphCache(desk.graph, desk.clock)
    return pathways.get_pathway(cache, cache.as_of, question)


def old(desk, base=1, target=3):
    """Whether the step from a base to a target has the warning, and the entries of the findings."""
    (step,) = answer(desk, base, target).steps
    as_of = GraphCache(desk.graph, desk.clock).as_of(None, None)
    findings = [f.entries for f in compute_findings(desk.graph, as_of, Settings()) if f.code == "old-declaration"]
    return "old-declaration" in [warning.code for warning in step.warnings], findings


def test_a_confirmation_clears_warning_and_finding_and_moves_no_step(desk):
    """The declaration stays as it is, with its instant; the facts name both ends as they are now."""
    before, steps = answer(desk, 1, 4), desk.steps("2025-03-01")
    assert old(desk) == (True, [["000001", "000003"]])
    report = confirm(desk, ("3", "2;1", *BARE[:2], "letter 7", "Yes"))
    assert (report.applied, report.counts["confirmed"], report.counts["declared"]) == (True, 1, 0)
    assert [(change.entry, change.change) for change in report.changes] == [("000003", "confirmed")]
    assert old(desk) == (False, [])
    assert desk.steps("2025-03-01") == steps
    after = answer(desk, 1, 4)
    assert [(s.base, s.target) for s in after.steps] == [(s.base, s.target) for s in before.steps]
    assert after.updated == before.updated
    rows = facts.confirmations(desk.graph, desk.now)
    assert [(row.base, row.base_hash, row.target, row.evidence) for row in sorted(rows, key=lambda r: r.base)] == [
        ("000001", image(9), "000003", "letter 7"),
        ("000002", image(2), "000003", "letter 7"),
    ]
    assert desk.faults() == []


def test_a_dry_run_says_which_findings_end_and_moves_no_answer(desk):
    """The finding is gone, no answer changes, and nothing is recorded."""
    before = compartments.read_state(desk.graph)
    impact = confirm(desk, ("3", "1;2", *BARE, "yes"), dry_run=True, thresholds=finding_thresholds(Settings())).impact
    assert set(impact.counts.values()) == {0}
    assert [(finding.code, finding.entries) for finding in impact.findings.gone] == [
        ("old-declaration", ["000001", "000003"])
    ]
    assert impact.findings.new == []
    assert compartments.read_state(desk.graph) == before


def test_a_further_correction_makes_a_confirmation_void(desk):
    """The warning is back, since the confirmed hash is another one."""
    confirm(desk, ("3", "1;2", *BARE, "yes"))
    listed = [entry(1, image_hash=image(8)), *(entry(number) for number in range(2, 5))]
    desk.issue(*LIST, listed, correction=True)
    assert old(desk) == (True, [["000001", "000003"]])
    assert confirm(desk, ("3", "1;2", *BARE, "yes")).counts["confirmed"] == 1
    assert old(desk) == (False, [])


def test_a_confirmation_is_recorded_once(desk):
    """The same file again changes nothing, and neither does N/A."""
    confirm(desk, ("3", "1;2", *BARE, "yes"))
    before = compartments.read_state(desk.graph)
    again = confirm(desk, ("3", "1;2", *BARE, "yes"))
    assert (again.applied, again.counts["unchanged"]) == (False, 1)
    assert compartments.read_state(desk.graph) == before


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        (("3", "1", *BARE, "yes"), "confirm-with-change", "Firmware_Upgrade_Path"),
        (("3", "1;2;4", *BARE, "yes"), "confirm-with-change", "Firmware_Upgrade_Path"),
        (("3", "N/A", *BARE, "yes"), "confirm-with-change", "Firmware_Upgrade_Path"),
        (("2", "1", *BARE, "yes"), "confirm-with-change", "Firmware_Upgrade_Path"),
        (("3", "1;2", "", "1", "", "yes"), "confirm-with-change", "Accept"),
        (("3", "", *BARE, "yes"), "confirm-alone", "Confirmed"),
        (("3", "1;2", *BARE, "no"), "bad-value", "Confirmed"),
    ],
)
def test_a_confirmation_of_other_bases_is_refused(desk, line, code, column):
    """A row that confirms states the bases in force, and nothing else."""
    before = compartments.read_state(desk.graph)
    assert [(r.code, r.column, r.line) for r in refusals(lambda: confirm(desk, line))] == [(code, column, 2)]
    assert compartments.read_state(desk.graph) == before


def test_an_entry_declared_from_a_date_on_is_confirmed_over_that_period(desk):
    """The row needs no date: the period of the declaration in force counts."""
    desk.bases(("3", "1", "2025-02-01"))
    confirm(desk, ("3", "1", *BARE, "yes"))
    (row,) = facts.confirmations(desk.graph, desk.now)
    assert row.valid_from.date().isoformat() == "2025-02-01"


def test_a_confirmation_is_reverted_like_any_amendment(desk):
    """The warning is back; the revert of the revert confirms again; history and amendment show what was confirmed."""
    (name,) = confirm(desk, ("3", "1;2", *BARE, "yes")).amendments
    (change,) = get_amendment_detail(desk.graph, name, desk.now).changes
    assert (change.entry, change.before, change.confirmed_before) == ("000003", [], [])
    assert [base.base for base in change.confirmed_after] == ["000001", "000002"]
    assert change.confirmed_after[0].base_image_hash == image(9)
    revert(desk, name, "back")
    assert old(desk) == (True, [["000001", "000003"]])
    revert(desk, "back", "forth")
    assert old(desk) == (False, [])
    with pytest.raises(AmendedSince):
        revert(desk, "back", "again")
    kinds = [item.kind for _, item in fetch_history(desk.graph, "000003", None, desk.now)]
    assert kinds.count("confirmation") == 4
    assert desk.faults() == []


def revert(desk, name, by):
    """Reverts an amendment by another one."""
    desk.clock.forward(hours=1)
    commit.revert(desk.graph, desk.clock, ProposedAmendment(AmendmentRecord(by, "t", "r", "", "t", reverts=name)))
