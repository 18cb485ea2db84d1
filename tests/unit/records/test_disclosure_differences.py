"""Which earlier answers and exported paths a change makes untrue, and from when: the rules alone, on small worlds."""

from itertools import product

import pytest

from service.domain.edits import StatusEdit
from service.domain.work import WorkLimits, working
from service.errors import WorkStopped
from service.rules.impact.edits import propose_change
from service.rules.records.disclosure import AnswerDifferences, ExportedPathDifferences
from tests.unit.findings_inputs import GAS
from tests.unit.impacts import SOON, chain, edit
from tests.unit.questions import ask
from tests.worlds import NOW, declaration, revision, terrain, world

LATER = NOW.replace(month=9)
LINE = chain(1, 2, 3)
DECLARED_LATER = world(
    *map(revision, (1, 2, 3)),
    revision(4, "B"),
    revision(5, "C"),
    declaration(1),
    declaration(2, 1),
    declaration(3, 2, until=LATER),
    declaration(3, 1, since=LATER),
    declaration(4),
    declaration(5),
)
REMOVED_LATER = world(
    *map(revision, (1, 3)),
    revision(2, until=LATER),
    revision(2, since=LATER, status="Removed"),
    *LINE.declarations,
)
CHANGES = {
    "bases from a date on": (LINE, [edit(3, 1, since=SOON)]),
    "bases at once": (LINE, [edit(3, 1)]),
    "bases that are declared later anyway": (DECLARED_LATER, [edit(3, 1, since=SOON)]),
    "an entry that is removed": (LINE, [StatusEdit("000002", "Removed")]),
    "an entry that is removed sooner": (REMOVED_LATER, [StatusEdit("000002", "Removed", SOON)]),
    "bases of an entry beside another change": (DECLARED_LATER, [edit(2, withdraw=True, since=SOON)]),
}


def changed(name):
    """The change that the edits make."""
    before, edits = CHANGES[name]
    change = propose_change(before.facts, edits, NOW)
    assert change.faults == []
    return change


def graph(facts):
    """The temporal graph of facts."""
    groups = (facts.revisions, facts.declarations, facts.acceptances)
    return terrain(world(*(row for group in groups for rows in group.values() for row in rows)))


def short(known, base, target, at):
    """The outcome and the entries of the route, as the pathway rules answer the question alone."""
    answer = ask(known, base, target, at=at)
    return answer.outcome, tuple([answer.from_, *(step.target for step in answer.steps)] if answer.steps else ())


def due(before, after, base, target):
    """The answers after a change that differ, each from its instant on: asked at every instant of the world."""
    found, last = [], None
    for at in (NOW, SOON, LATER):
        both = short(before, base, target, at), short(after, base, target, at)
        if both != last and both[0] != both[1]:
            found.append((at, both[1]))
        last = both
    return found


@pytest.mark.parametrize("name", CHANGES)
def test_the_answers_that_differ_are_those_asked_at_each_instant(name):
    """Of all pairs: from when, and what is answered then. A pair that nothing changes is left out."""
    change = changed(name)
    pairs = [pair for pair in product(sorted(change.before.revisions), repeat=2) if pair[0] != pair[1]]
    sides = graph(change.before), graph(change.after)
    expected = {pair: answers for pair in pairs if (answers := due(*sides, *pair))}
    assert AnswerDifferences(change, NOW).differing([*pairs, ("000001", "000001"), ("000001", "000099")]) == expected
    assert expected


def test_the_answer_that_differs_from_a_date_on():
    """By hand: the shorter route from that date on, and none from the entry that is no base any more."""
    found = AnswerDifferences(changed("bases from a date on"), NOW).differing(
        product(("000001", "000002"), ("000003",))
    )
    assert found == {
        ("000001", "000003"): [(SOON, ("route", ("000001", "000003")))],
        ("000002", "000003"): [(SOON, ("none", ()))],
    }


def test_only_entries_of_the_device_models_concerned_may_differ():
    """Of the other device models, which no step joins, none."""
    change = changed("bases that are declared later anyway")
    assert sorted(AnswerDifferences(change, NOW).entries) == ["000001", "000002", "000003"]


DIFFERENCES = {
    "bases from a date on": [("000003", "000002", [(SOON, "000001")])],
    "bases at once": [("000003", "000002", [(NOW, "000001")])],
    "bases that are declared later anyway": [("000003", "000002", [(SOON, "000001")])],
    "bases of an entry beside another change": [("000002", "000001", [(SOON, "")])],
}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_exported_paths_that_differ(name):
    """The entry, its path in the file, and its paths after the change, each from its instant on."""
    change = changed(name)
    differences = ExportedPathDifferences(change, GAS, NOW)
    assert differences.entries == {DIFFERENCES[name][0][0]}
    assert differences.differing(change.before, NOW) == DIFFERENCES[name]


def test_an_export_that_has_the_new_path_or_lacks_the_entry_is_true():
    """The file is compared as of its own instant, and has the obliged device types alone."""
    change = changed("bases from a date on")
    assert ExportedPathDifferences(change, GAS, NOW).differing(change.after, SOON) == []
    assert ExportedPathDifferences(change, GAS, NOW).differing(chain(1, 2).facts, NOW) == []
    assert ExportedPathDifferences(change, {"communications hub"}, NOW).differing(change.before, NOW) == []


def test_a_file_is_untrue_only_from_the_dates_of_other_paths():
    """Of two later paths one may be that of the file; the entries are in order."""
    known = world(*map(revision, (1, 2, 3)), declaration(1), declaration(2), declaration(3, 1))
    edits = [edit(3, 2, since=SOON), edit(2, 1, since=LATER)]
    change = propose_change(known.facts, edits, NOW)
    exported = world(*known.revisions, declaration(2), declaration(3, 1)).facts
    assert ExportedPathDifferences(change, GAS, NOW).differing(exported, NOW) == [
        ("000002", "N/A", [(LATER, "000001")]),
        ("000003", "000001", [(SOON, "000002")]),
    ]
    twice = world(*known.revisions, declaration(1), declaration(3, 1, until=LATER), declaration(3, since=LATER))
    back = propose_change(twice.facts, [edit(3, 2, since=SOON)], NOW)
    file = world(*twice.revisions, declaration(3, 2)).facts
    assert ExportedPathDifferences(back, GAS, NOW).differing(twice.facts, NOW) == [
        ("000003", "000001", [(SOON, "000002"), (LATER, "000002")])
    ]
    assert ExportedPathDifferences(back, GAS, NOW).differing(file, NOW) == []


def test_a_stop_ends_both_comparisons():
    """They look at the budget of the work at every instant."""
    change, work = changed("bases from a date on"), WorkLimits(60)
    work.stop()
    with working(work):
        with pytest.raises(WorkStopped):
            AnswerDifferences(change, NOW).differing([("000001", "000003")])
        with pytest.raises(WorkStopped):
            ExportedPathDifferences(change, GAS, NOW).differing(change.before, NOW)
