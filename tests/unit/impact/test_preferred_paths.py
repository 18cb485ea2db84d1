"""The preferred ways from one vertex to all others, against the oracle that looks at every loop-free way."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.rules.impact import preferred_paths
from service.rules.impact.impact_snapshot import ABSENT, ImpactSnapshot
from tests.unit.oracles.pathway import Oracle
from tests.worlds import NOW, declaration, revision, six, world

START, GOAL = 1, 9


def meeting(blank, after_blank, sound, blank_too, *more):
    """Two ways of one cost from the start to the goal, which a search finds on two lists: one enters its entry
    without an image at the first step and one at the second."""
    bases = {blank: {START}, after_blank: {blank}, sound: {START}, blank_too: {sound}, GOAL: {after_blank, blank_too}}
    for base, target in more:
        bases.setdefault(target, set()).add(base)
    numbers = sorted({START, *bases, *(base for named in bases.values() for base in named)})
    facts = [revision(n, image="" if n in (blank, blank_too) else n) for n in numbers]
    return world(*facts, *(declaration(target, *sorted(named)) for target, named in bases.items()))


def found(known):
    """The preferred way from each entry to each other that it reaches, by the search and by the oracle."""
    numbers = known.numbers
    picture, oracle = ImpactSnapshot(known.facts, numbers, NOW), Oracle(known, NOW)
    ours, due = {}, {}
    for base in numbers:
        ways = preferred_paths.preferred_path_tree(picture, picture.place[base])
        ours |= {(base, numbers[to]): [base, *(numbers[n] for n in preferred_paths.path_to(ways, to))] for to in ways}
        due |= {(base, to): oracle.preferred(base, to) for to in oracle.targets(base)}
    return ours, due


@pytest.fixture
def merges(monkeypatch):
    """Each merge of two lists of vertices that the searches of a test came to."""
    seen = []
    whole = preferred_paths._merge

    def merged(ways, one, other):
        seen.extend([(one, other)] if one and other else [])
        return whole(ways, one, other)

    monkeypatch.setattr(preferred_paths, "_merge", merged)
    return seen


@pytest.mark.parametrize("numbers", list(permutations([2, 3, 4, 5])))
def test_of_two_ways_that_meet_the_first_in_the_order_of_the_numbers_is_preferred(numbers, merges):
    """Whichever of the two lists has it: putting one list behind the other is right for half of them alone."""
    blank, after_blank, sound, blank_too = numbers
    ours, due = found(meeting(*numbers))
    assert ours == due
    way = [blank, after_blank] if blank < sound else [sound, blank_too]
    assert ours[six(START), six(GOAL)] == [six(n) for n in (START, *way, GOAL)]
    assert len(merges) == 1


@given(
    st.permutations(range(2, 9)),
    st.lists(st.tuples(st.integers(1, 9), st.integers(2, 9)).filter(lambda pair: pair[0] != pair[1]), max_size=8),
)
def test_all_preferred_ways_are_those_of_the_oracle(numbers, more):
    """Around two ways that meet, with any other steps: from each entry to each other the way that is preferred."""
    known = meeting(*numbers[:4], *more)
    ours, due = found(known)
    assert ours == due
    assert ours[six(START), six(GOAL)][-1] == six(GOAL)


def test_a_way_ends_at_the_vertex_and_leaves_the_start_out():
    """The first vertex after the start has no base but the start."""
    assert preferred_paths.path_to({4: ABSENT, 2: 4, 7: 2}, 7) == (4, 2, 7)
    assert preferred_paths.path_to({4: ABSENT}, 4) == (4,)
