"""The impact of a dry run equals the effect of the load, on both engines."""

from datetime import datetime
from itertools import permutations

import pytest

from loaders.bases import BasesFile
from service.application.amendments import edit_impact
from service.application.findings import finding_thresholds
from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf
from service.domain.edits import Edit
from service.rules.impact.counters import PageWindow
from service.schemas.responses.impact import FindingChanges, Impact
from service.settings import Settings
from tests.loaders.files import CSV_VIEW, Desk, entry, image
from tests.whole_findings import compute_findings
from tests.worlds import six

NUMBERS = tuple(map(six, range(1, 7)))


@pytest.fixture
def started(desk: Desk) -> Desk:
    """A list of six entries with a chain of four; 5 has another device model, 6 is a twin of 4."""
    rows = [entry(number) for number in range(1, 5)]
    rows += [entry(5, model="0009"), entry(6, firmware_version="00000004", image_hash=image(4))]
    desk.issue("1.001", "2025-01-10", rows)
    desk.bases(("2", "1"), ("3", "2"), ("4", "3"), ("1", "N/A"))
    return desk


def answers(desk: Desk) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """Every pathway with its outcome and entries."""
    memory, found = GraphCache(desk.graph, desk.clock), {}
    when = memory.as_of(None, None)
    for base, target in permutations(NUMBERS, 2):
        answer = pathways.find_pathway(memory, when, base, target, False)
        steps = answer.steps
        found[base, target] = (answer.outcome, (*(s.base for s in steps[:1]), *(s.target for s in steps)))
    return found


def changed_pairs(impact: Impact) -> dict[tuple[str, str], tuple[object, object]]:
    """The changed pairs of an impact, with both answers."""
    lists = [*impact.lost, *impact.gained, *impact.longer, *impact.shorter, *impact.rerouted]
    return {
        (pair.from_, pair.to): tuple((answer.outcome, tuple(answer.entries)) for answer in (pair.before, pair.after))
        for pair in lists
        if pair.at == impact.at
    }


def differing(old, new):
    """The pairs whose answer changes and is a pathway on one side at least."""
    pathway_outcomes = {"route", "already-there"}
    return {
        pair: (old[pair], new[pair])
        for pair in old
        if old[pair] != new[pair] and {old[pair][0], new[pair][0]} & pathway_outcomes
    }


LOADS = {
    "bases": lambda desk, **how: desk.bases(("3", "1"), ("4", "1;2"), **how),
    "accepted": lambda desk, **how: desk.bases(("5", "4", "", "4"), **how),
    "withdrawn way": lambda desk, **how: desk.bases(("3", "N/A"), **how),
    "list": lambda desk, **how: desk.issue(
        "1.002", "2025-03-10", [entry(2, status="Removed"), entry(6, image_hash=image(6))], **how
    ),
    "list with paths": lambda desk, **how: desk.issue(
        "1.002", "2025-03-10", [entry(4, path="1"), entry(5, path="N/A")], *CSV_VIEW, "path", **how
    ),
}


@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
def test_the_predicted_impact_occurs(started, load):
    """The impact has exactly the pairs that differ after the load, with both answers."""
    how = {"allow_absent": True}
    before, revision = answers(started), started.revision
    report = load(started, dry_run=True, **how)
    assert (report.applied, started.revision) == (False, revision)
    assert load(started, **how).applied
    expected = differing(before, answers(started))
    assert expected
    assert changed_pairs(report.impact) == expected
    assert load(started, dry_run=True, **how).impact.empty


@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
def test_the_predicted_findings_occur(started, load):
    """The findings of the whole graph before and after the load, at the instant of the dry run."""
    report = load(started, dry_run=True, allow_absent=True, thresholds=finding_thresholds(Settings()))
    findings, at = report.impact.findings, report.impact.at
    old = all_findings(started, at)
    assert load(started, allow_absent=True).applied
    new = all_findings(started, at)
    assert (keys(findings.new, at), keys(findings.gone, at)) == (new - old, old - new)
    assert new != old
    again = load(started, dry_run=True, allow_absent=True, thresholds=finding_thresholds(Settings()))
    none, now = {"new": 0, "gone": 0}, started.clock.now
    assert again.impact.findings == FindingChanges(
        dates=[now], counts=none, by_date=[{"at": now, "counts": none}], new=[], gone=[]
    )


def test_the_dry_run_reports_a_list_dated_before_its_predecessor(started):
    """A list dated before its predecessor gives a finding without an entry."""
    rows = [entry(number) for number in range(1, 5)] + [entry(5, model="0009")]
    rows.append(entry(6, firmware_version="00000004", image_hash=image(4)))
    report = started.issue("1.002", "2025-01-05", rows, dry_run=True, thresholds=finding_thresholds(Settings()))
    assert [finding.code for finding in report.impact.findings.new] == ["dates-backwards"]


def all_findings(desk: Desk, at: datetime) -> set[str]:
    """All findings of the graph at an instant."""
    when = AsOf(at, desk.now, desk.versions()[0])
    return keys(compute_findings(desk.graph, when, Settings()))


def keys(findings, at=None):
    """The findings without their dates and declaration ids, for comparison."""
    selected = (finding for finding in findings if at is None or finding.at == at)
    return {
        finding.model_dump_json(exclude={"since": True, "at": True, "evidence": {"declaration"}})
        for finding in selected
    }


def test_a_load_without_dry_run_reports_no_impact(started):
    """Only a dry run reports the impact."""
    assert started.bases(("3", "1")).impact is None


def test_the_impact_reaches_beyond_accepted_steps(started):
    """An edit behind an accepted step changes the pathways of earlier entries on the other device model."""
    started.bases(("5", "4", "", "4"))
    impact_ = started.bases(("4", "N/A"), dry_run=True).impact
    assert {(pair.from_, pair.to) for pair in impact_.lost} >= {("000001", "000005"), ("000003", "000005")}
    assert impact_.device_models == ["FE01-00010102", "FE01-00090102"]


def test_unchanged_rows_do_not_change_the_id_of_an_impact(started):
    """Edits that change nothing count neither in the impact nor in its id."""
    memory = GraphCache(started.graph, started.clock)
    when = memory.as_of(None, None)
    one, both = ([Edit("000003", ("000001",))], [Edit("000003", ("000001",)), Edit("000002", ("000001",))])
    ids = {
        edit_impact.file_impact(
            started.graph, BasesFile("edits.csv", None, "", edits=edits), when.at, when.known_at, PageWindow()
        )[0].id
        for edits in (one, both)
    }
    assert len(ids) == 1
