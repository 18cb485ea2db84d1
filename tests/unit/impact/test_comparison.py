"""The comparison of all answers at one instant before and after a change, against the oracle that asks every pair."""

import pytest
from hypothesis import example, given, settings

from service.rules.impact.comparison import SnapshotComparison, answer_between
from service.rules.impact.impact_snapshot import ImpactSnapshot
from service.rules.pathfinding.bitset import indices
from service.schemas.responses.impact import PairClass
from tests.properties import share
from tests.reached import reached, reaching
from tests.unit.impact.test_differences_against_oracle import changed_worlds
from tests.unit.impacts import chain, changed_by
from tests.unit.oracles.impact import answers, difference
from tests.worlds import NOW, declaration, hardware, revision, six, world, worlds

PAIRS = PairClass.__args__


def comparison(before, after, at=NOW):
    """The comparison of two worlds, of all entries that either has."""
    numbers = sorted({*before.numbers, *after.numbers})
    return SnapshotComparison(*(ImpactSnapshot(known.facts, numbers, at) for known in (before, after)), numbers)


def differences(compared):
    """The differences by class, in the form of the oracle."""
    found = {"stranded": {compared.numbers[n] for n in range(len(compared.numbers)) if compared.stranded(n)}}
    for place, number in enumerate(compared.numbers):
        for pair in compared.pairs(place):
            found.setdefault(pair.kind, set()).add((pair.base, pair.target, pair.before, pair.after))
        for kind, mask, ends in zip(("now-unknown", "now-known"), compared.unknown(place), UNKNOWN, strict=True):
            rows = {(compared.numbers[base], number, *ends) for base in indices(mask)}
            found[kind] = found.get(kind, set()) | rows
    return {kind: rows for kind, rows in found.items() if rows}


NONE, ASK = ("none", ()), ("unknown", ())
UNKNOWN = ((NONE, ASK), (ASK, NONE))
LINE = chain(1, 2, 3)
OPEN = world(*LINE.revisions, declaration(1), declaration(2, 1))
AROUND = world(*map(revision, (1, 2, 3, 4)), *(declaration(*pair) for pair in ((2, 1), (3, 1), (4, 2))))


@reaching(*PAIRS, "stranded")
@settings(max_examples=share(5, 5))
@given(worlds(6), worlds(6))
@example(LINE, world(*LINE.revisions, *LINE.declarations[1:]))
@example(LINE, world(*LINE.revisions[1:], *LINE.declarations))
@example(LINE, world(*LINE.revisions[:2], revision(3, image=""), declaration(2, 1), declaration(3, 1)))
@example(
    world(*map(revision, (1, 2, 3)), declaration(3, 1)),
    world(revision(1), revision(2, image=""), revision(3), declaration(3, 2), declaration(2, 1)),
)
@example(
    world(*AROUND.revisions, *AROUND.declarations),
    world(*map(revision, (1, 3, 4)), revision(2, image=""), declaration(2, 1), declaration(3, 1), declaration(4, 2, 3)),
)
def test_of_any_two_worlds(before, after):
    """Entries become twins, leave the list, change image or device model: every differing answer is found."""
    check(before, after)


@reaching("lost", "gained", "longer", "shorter", "now-unknown", "now-known", "stranded")
@settings(max_examples=share(5, 5))
@given(changed_worlds(False))
@example((LINE, changed_by(3, 1)))
@example((LINE, changed_by(3)))
@example((LINE, changed_by(3, withdraw=True)))
@example((OPEN, changed_by(3)))
@example((OPEN, changed_by(3, 1)))
@example((world(*OPEN.revisions, *OPEN.declarations, declaration(3)), changed_by(3, withdraw=True)))
@example((world(*LINE.revisions, declaration(2, 1), declaration(3, 1)), changed_by(3, 2)))
def test_of_edits(changed):
    """If only steps change, the comparison searches less, and finds the same."""
    known, edits = changed
    declared = {edit.entry: edit for edit in edits if not edit.effective_from}
    rows = [row for row in known.declarations if row.entry not in declared]
    rows += [
        declaration(entry, *(edit.bases or ()), kind="" if edit.bases is not None else "not-supplied")
        for entry, edit in declared.items()
    ]
    check(known, world(*known.revisions, *rows, *known.acceptances))


def check(before, after):
    """The differences are those of the oracle."""
    due = difference(before, after, NOW)
    for kind in due:
        reached(kind)
    assert differences(comparison(before, after)) == due


@settings(max_examples=share(5, 5))
@given(worlds(6))
def test_every_single_answer_is_that_of_the_oracle(known):
    """The outcome of each ordered pair, with the entries of the pathway."""
    numbers = known.numbers
    snapshot = ImpactSnapshot(known.facts, numbers, NOW)
    for (base, target), due in answers(known, NOW, numbers).items():
        assert answer_between(snapshot, snapshot.place[base], snapshot.place[target]) == due


def test_the_device_models_are_those_after_the_change_or_else_before():
    """Entry 1 changes its device model, 2 leaves the list, 3 is new, 4 is on no list in force."""
    before = world(revision(1, "A"), revision(2, "B"), revision(4, until=NOW))
    after = world(revision(1, "C"), revision(3, "D"))
    compared = comparison(before, after)
    assert compared.device_models == [hardware("C"), hardware("B"), hardware("D"), ""]
    assert compared.models == {hardware("B"): 0b0010, hardware("C"): 0b0001, hardware("D"): 0b0100}
    assert list(compared.models) == sorted(compared.models)


@pytest.mark.parametrize(
    ("before", "after", "stranded"),
    [(chain(1, 2), world(*map(revision, (1, 2))), [1]), (world(*map(revision, (1, 2))), chain(1, 2), [])],
)
def test_an_entry_is_stranded_if_it_loses_its_last_step(before, after, stranded):
    """Not if it had none before."""
    compared = comparison(before, after)
    assert [number for number in compared.numbers if compared.stranded(compared.place[number])] == list(
        map(six, stranded)
    )
