"""What a dry run says that a load would do to the answers is what it then does, on both engines."""

from datetime import datetime
from itertools import permutations

import pytest

from service.application.amendments import edit_impact
from service.application.pathways import pathways
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import AsOf
from service.domain.edits import Edit
from service.repositories import overview
from service.rules.impact.counters import PageWindow
from service.schemas.responses.impact import Impact
from service.settings import Settings
from tests.loaders.files import CSV_VIEW, Desk, entry, image
from tests.worlds import six

NUMBERS = tuple(map(six, range(1, 7)))


@pytest.fixture
def started(desk: Desk) -> Desk:
    """A list of six entries, 5 of another board and 6 a twin of 4, with a chain of four."""
    rows = [entry(number) for number in range(1, 5)]
    rows += [entry(5, model="0009"), entry(6, firmware_version="00000004", image_hash=image(4))]
    desk.issue("1.001", "2025-01-10", rows)
    desk.bases(("2", "1"), ("3", "2"), ("4", "3"), ("1", "N/A"))
    return desk


def answers(desk: Desk) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
    """Every question with its outcome and entries, as it is answered."""
    memory, found = GraphCache(desk.graph, desk.clock), {}
    when = memory.as_of(None, None)
    for base, target in permutations(NUMBERS, 2):
        answer = pathways.find_pathway(memory, when, base, target, False)
        steps = answer.steps
        found[base, target] = (answer.outcome, (*(s.base for s in steps[:1]), *(s.target for s in steps)))
    return found


def told(found: Impact) -> dict[tuple[str, str], tuple[object, object]]:
    """The pairs that an impact says are answered otherwise by a way; both answers."""
    lists = [*found.lost, *found.gained, *found.longer, *found.shorter, *found.rerouted]
    return {
        (pair.from_, pair.to): tuple((way.outcome, tuple(way.entries)) for way in (pair.before, pair.after))
        for pair in lists
        if pair.at == found.at
    }


def differing(old, new):
    """The same from the answers themselves: pairs of which one side is a way."""
    ways = {"route", "already-there"}
    return {
        pair: (old[pair], new[pair]) for pair in old if old[pair] != new[pair] and {old[pair][0], new[pair][0]} & ways
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
def test_what_is_foreseen_happens(started, load):
    """Each pair that differs after the load, and no other, was told before with both answers."""
    how = {"allow_absent": True}
    before, revision = answers(started), started.revision
    report = load(started, dry_run=True, **how)
    assert (report.applied, started.revision) == (False, revision)
    assert load(started, **how).applied
    expected = differing(before, answers(started))
    assert expected
    assert told(report.impact) == expected
    assert load(started, dry_run=True, **how).impact.empty


@pytest.mark.parametrize("load", LOADS.values(), ids=LOADS)
def test_the_findings_foreseen_are_those_that_there_are(started, load):
    """All findings of the graph, before the load and after it, at the instant of the dry run."""
    report = load(started, dry_run=True, allow_absent=True, standards=overview.finding_standards(Settings()))
    told, at = report.impact.findings, report.impact.at
    old = everything(started, at)
    assert load(started, allow_absent=True).applied
    new = everything(started, at)
    assert (keys(told.new, at), keys(told.gone, at)) == (new - old, old - new)
    assert new != old
    assert load(
        started, dry_run=True, allow_absent=True, standards=overview.finding_standards(Settings())
    ).impact.findings == (
        told.model_copy(update={"dates": [started.clock.now], "counts": {"new": 0, "gone": 0}, "new": [], "gone": []})
    )


def test_a_list_that_is_dated_backwards_is_foreseen(started):
    """A list dated before the one that it follows is a finding about no entry."""
    rows = [entry(number) for number in range(1, 5)] + [entry(5, model="0009")]
    rows.append(entry(6, firmware_version="00000004", image_hash=image(4)))
    report = started.issue("1.002", "2025-01-05", rows, dry_run=True, standards=overview.finding_standards(Settings()))
    assert [one.code for one in report.impact.findings.new] == ["dates-backwards"]


def everything(desk: Desk, at: datetime) -> set[str]:
    """All findings of the graph at an instant."""
    when = AsOf(at, desk.now, desk.versions()[0])
    return keys(overview.compute_findings(desk.graph, when, Settings()))


def keys(found, at=None):
    """Findings by what makes them what they are."""
    told = (one for one in found if at is None or one.at == at)
    return {one.model_dump_json(exclude={"since": True, "at": True, "evidence": {"declaration"}}) for one in told}


def test_a_load_that_is_made_tells_no_impact(started):
    """It is told before, not after."""
    assert started.bases(("3", "1")).impact is None


def test_accepted_steps_lead_the_neighbourhood_on(started):
    """An edit behind an accepted step concerns the entries before it, on the other device model."""
    started.bases(("5", "4", "", "4"))
    found = started.bases(("4", "N/A"), dry_run=True).impact
    assert {(pair.from_, pair.to) for pair in found.lost} >= {("000001", "000005"), ("000003", "000005")}
    assert found.device_models == ["FE01-00010102", "FE01-00090102"]


def test_a_file_may_say_what_is_declared_already(started):
    """Of a file only what changes something counts, in the impact as in its id."""
    memory = GraphCache(started.graph, started.clock)
    when = memory.as_of(None, None)
    one, both = ([Edit("000003", ("000001",))], [Edit("000003", ("000001",)), Edit("000002", ("000001",))])
    ids = {
        edit_impact.file_impact(started.graph, edits, when.at, when.known_at, PageWindow())[0].id
        for edits in (one, both)
    }
    assert len(ids) == 1
