"""Further pathways in the order of preference, against an enumeration of all paths; and their work limit."""

import random
from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.errors import TooMuchWork
from service.rules.answers.question import Question, QuestionContext
from service.rules.pathfinding.k_shortest_paths import MAX_WORK, find_alternative_paths
from service.rules.pathfinding.snapshot import DeclarationInForce, EntryInForce, Snapshot, Step
from tests.unit.oracles.pathway import Oracle
from tests.unit.questions import ask, build_pathway, constant_graph, setting, way
from tests.worlds import NOW, declaration, revision, situations, six, world

ENTRIES, EDGES = 1_400, 58_762


def all_paths(oracle: Oracle, base: str, target: str) -> list[list[str]]:
    """All loop-free paths in the order of the contract, from networkx."""
    start, goal = oracle.vertex(base), oracle.vertex(target)
    found = []
    for each in nx.all_simple_paths(oracle.graph, start, goal):
        flawed = sum(oracle.imageless(vertex) for vertex in each[1:])
        found.append((flawed, len(each), [oracle.shown(vertex, (base, target)) for vertex in each]))
    return [numbers for _, _, numbers in sorted(found)]


def compare(found, at, base, target, most, through_removed=False):
    """Asserts that the paths, and whether there are more, equal those of the enumeration."""
    oracle = Oracle(found, at, through_removed=through_removed)
    if oracle.vertex(base) == oracle.vertex(target):
        return
    here = setting(found, base, target, at=at, through_removed=through_removed)
    every = all_paths(oracle, base, target)
    if here.path is None:
        assert every == []
        return
    paths, more = find_alternative_paths(here.network, here.path, here.enterable, most)
    assert [here.numbers(each) for each in [here.path, *paths]] == every[: most + 1]
    assert more == (len(every) > most + 1)


@given(situations(most=8), st.integers(0, 12), st.booleans())
def test_further_paths_are_the_first_of_the_enumeration(situation, most, through_removed):
    """Loop-free, each once, in order of preference; fewer only if no more exist."""
    found, at = situation
    entries = sorted(Oracle(found, at).entries)
    for base in entries:
        for target in entries:
            compare(found, at, base, target, most, through_removed)


@given(st.data(), st.integers(3, 8), st.integers(0, 400))
def test_paths_are_loop_free_where_steps_lead_both_ways(data, size, most):
    """The cheapest path from a deviation often leads back over its own prefix here."""
    numbers = data.draw(st.permutations(range(1, size + 1)))
    images = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    rows = [revision(n, image=None if has else "") for n, has in zip(numbers, images, strict=True)]
    said = [
        declaration(n, *data.draw(st.sets(st.sampled_from([o for o in numbers if o != n]), min_size=1)))
        for n in numbers
    ]
    compare(world(*rows, *said), NOW, six(numbers[0]), six(numbers[-1]), most)


def lattice(back: bool) -> Snapshot:
    """1,400 entries in one component, about 58,000 steps: from each to some forty of the ninety after it, or `back`
    to some before it too. Numbers are in no order, and one entry in twenty has no image."""
    draw = random.Random(11)
    numbers = [six(number) for number in draw.sample(range(1, 9_000), ENTRIES)]
    pairs = {(nth, nth + 1) for nth in range(ENTRIES - 1)}
    while len(pairs) < EDGES:
        base = draw.randrange(ENTRIES)
        target = base + draw.randint(-45 if back else 1, 45 if back else 90)
        pairs |= {(base, target)} if 0 <= target < ENTRIES and target != base else set()
    entries = {
        number: EntryInForce(
            number=number,
            device_model="FE01-00010101",
            firmware_version=number,
            image_hash=number if draw.random() > 0.05 else "",
            declared=DeclarationInForce(kind="bases"),
        )
        for number in numbers
    }
    return Snapshot(entries, [Step(numbers[a], numbers[b]) for a, b in sorted(pairs)])


@pytest.mark.parametrize("back", [False, True])
def test_a_dense_component_takes_a_tenth_of_the_work_limit(back):
    """Ten more paths for any two of 1,400 entries with 58,762 steps, in order and none twice."""
    near = lattice(back)
    assert (len(near.entries), len(near.steps)) == (ENTRIES, EDGES)
    there = constant_graph(near)
    draw, numbers, asked = random.Random(5), sorted(near.entries), 0
    while asked < 40:
        base, target = draw.sample(numbers, 2)
        here = QuestionContext(Question(base, target, NOW, NOW), there)
        if here.path is None:
            continue
        asked += 1
        paths, more = find_alternative_paths(here.network, here.path, here.enterable, 10, MAX_WORK // 10)
        keys = [key(here, each) for each in [here.path, *paths]]
        assert keys == sorted(keys)
        assert len(set(map(tuple, [here.path, *paths]))) == len(paths) + 1
        assert all(len(set(each)) == len(each) for each in paths)
        assert len(paths) == 10 or not more


def key(here, each):
    """The sort key of the contract: steps into entries without image, steps, entry numbers."""
    assert all(here.network.after[place] >> there & 1 for place, there in pairwise(each))
    return sum(here.network.imageless >> place & 1 for place in each[1:]), len(each), here.numbers(each)


def test_a_dense_component_gives_ten_alternatives():
    """The complete answer, with all warnings."""
    near = lattice(back=True)
    numbers = sorted(near.entries)
    here = QuestionContext(Question(numbers[0], numbers[-1], NOW, NOW), constant_graph(near))
    answer = build_pathway(here, "1.0", "2022-01-01", alternatives=10)
    assert (answer.outcome, len(answer.alternatives), answer.more) == ("route", 10, True)


def test_a_chain_of_600_has_no_alternative_and_costs_little():
    """The search examines each step once or twice."""
    numbers = list(range(1, 602))
    found = world(*map(revision, numbers), *(declaration(n, n - 1) for n in numbers[1:]))
    here = setting(found, 1, 601)
    assert find_alternative_paths(here.network, here.path, here.enterable, 10, 5_000) == ([], False)


def test_a_chain_of_1_000_rungs_with_two_paths_each():
    """Ten alternatives of equal length: the entry numbers decide, from the end of the path."""
    rows = [revision(n) for n in range(1, 3_002)]
    said = []
    for rung in range(1_000):
        here, low, high, there = 3 * rung + 1, 3 * rung + 2, 3 * rung + 3, 3 * rung + 4
        said += [declaration(low, here), declaration(high, here), declaration(there, low, high)]
    answer = ask(world(*rows, *said), 1, 3_001, alternatives=10)
    assert answer.more
    assert len(answer.steps) == 2_000
    leaves = [
        [b.target for a, b in zip(answer.steps, steps, strict=True) if a != b][::2] for steps in answer.alternatives
    ]
    highs = [six(3 * rung + 3) for rung in range(1_000)]
    assert leaves[:3] == [[highs[999]], [highs[998]], [highs[998], highs[999]]]


def back_and_forth(size: int):
    """A chain in which each entry is also a base of the entry before: only one loop-free path."""
    rows = [revision(n) for n in range(1, size + 1)]
    bases = {n: [n - 1] + [n + 1] * (n < size) + [n + 2] * (n + 2 <= size) for n in range(2, size + 1)}
    return world(*rows, *(declaration(n, *named) for n, named in bases.items()))


def test_too_much_work_always_gives_the_same_error():
    """The work is counted, not timed. The pathway without alternatives is still answered."""
    found = back_and_forth(300)
    here = setting(found, 1, 300)
    said = set()
    for _ in range(2):
        with pytest.raises(TooMuchWork) as error:
            find_alternative_paths(here.network, here.path, here.enterable, 10, 900)
        said.add(error.value.detail)
    assert len(said) == 1
    assert "more than 900 steps" in said.pop()
    assert len(way(ask(found, 1, 300))) == 300


def rollbacks(size: int):
    """Mandatory stops, from each of which another entry leads back to the stop before, and nowhere else. From every
    stop the cheapest way on by it passes that stop again, so each is searched for anew, and none is found."""
    stops, asides = range(1, size + 1), range(size + 2, 2 * size)
    said = {n: {n - 1} | ({size + n + 1} if n < size - 1 else set()) for n in stops[1:]} | {1: {size + 2}}
    said |= {aside: {aside - size} for aside in asides}
    return world(*map(revision, [*stops, *asides]), *(declaration(n, *sorted(bases)) for n, bases in said.items()))


def test_detours_that_only_lead_back_give_no_alternative():
    """300 stops with a step back from each, within the work limit."""
    here = setting(rollbacks(300), 1, 300)
    assert here.path == [here.network.index_of[six(n)] for n in range(1, 301)]
    assert find_alternative_paths(here.network, here.path, here.enterable, 10) == ([], False)


def test_a_quadratic_search_ends_at_the_work_limit():
    """1,000 such stops exceed the limit; the pathway alone is still answered."""
    found = rollbacks(1_000)
    with pytest.raises(TooMuchWork, match="more than 2,000,000 steps"):
        ask(found, 1, 1_000, alternatives=1)
    assert len(way(ask(found, 1, 1_000))) == 1_000


def test_without_alternatives_there_is_no_search():
    """The preferred path needs no work limit."""
    answer = build_pathway(setting(back_and_forth(300), 1, 300), "1.0", "2022-01-01", work=1)
    assert (answer.outcome, answer.alternatives, answer.more) == ("route", [], False)
