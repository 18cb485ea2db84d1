"""The answers that change if only steps change, against the search of every pathway."""

from itertools import pairwise, permutations

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from service.rules.impact import step_changes
from service.rules.impact.impact_snapshot import ImpactSnapshot
from service.rules.pathfinding.bitset import bitset_of, indices
from tests.properties import share
from tests.reached import reached, reaching
from tests.unit.impacts import chain
from tests.unit.oracles.findings import graphs
from tests.unit.oracles.impact import difference
from tests.worlds import NOW, declaration, revision, six, world


def snapshot_of(edges, blank=(), size=9):
    """The snapshot of as many entries of one device model, with these steps; the `blank` ones have no image hash."""
    known = world_of(edges, blank, size)
    return ImpactSnapshot(known.facts, known.numbers, NOW)


def world_of(edges, blank=(), size=9, undeclared=()):
    """Entries 1 to `size` for the vertices 0 to `size` - 1, each declared unless it is undeclared."""
    facts = [revision(n + 1, image="" if n in blank else None) for n in range(size)]
    bases = {n: sorted(base + 1 for base, target in edges if target == n) for n in range(size)}
    return world(*facts, *(declaration(n + 1, *bases[n]) for n in range(size) if n not in undeclared))


@st.composite
def changed_graphs(draw):
    """The edges of a graph, those that a change keeps, those that it adds, and the vertices without an image."""
    before, after = draw(graphs()), draw(graphs())
    kept = draw(st.sets(st.sampled_from(sorted(before.edges)))) if before.edges else set()
    blank = draw(st.sets(st.integers(0, 8), max_size=3))
    return (
        set(before.edges),
        kept | set(draw(st.sets(st.sampled_from(sorted(after.edges))) if after.edges else st.just(set()))),
        blank,
    )


@settings(max_examples=share(3, 8))
@given(changed_graphs())
@example(({(0, 1)}, {(1, 2)}, set()))
def test_the_changed_steps_are_those_of_one_graph_alone(changed):
    """The withdrawn and the added steps, by target."""
    before, after, blank = changed
    found = step_changes.changed_steps(snapshot_of(before, blank), snapshot_of(after, blank))
    for steps, due in zip(found, (before - after, after - before), strict=True):
        assert {(base, target) for target, bases in steps.items() for base in indices(bases)} == due
        assert all(steps.values())


@reaching("a start", "no start")
@settings(max_examples=share(3, 8))
@given(changed_graphs())
@example(({(0, 1), (1, 2)}, {(1, 2)}, set()))
@example(({(0, 1), (1, 3), (0, 2), (2, 3)}, {(0, 1), (1, 3), (0, 2)}, set()))
@example(({(0, 1), (1, 3), (0, 2), (2, 3)}, {(0, 1), (1, 3), (0, 2)}, {1}))
def test_the_affected_starts_are_those_whose_preferred_path_uses_a_step(changed):
    """For each goal, by the path from every start; a goal without such a start does not occur."""
    edges, kept, blank = changed
    steps = {target: bitset_of(b for b, t in edges - kept if t == target) for _, target in edges - kept}
    snapshot = snapshot_of(edges, blank)
    due = {}
    for start, goal in permutations(range(9), 2):
        path = snapshot.shortest_paths_to(goal).path(start) or []
        if any(steps.get(target, 0) >> base & 1 for base, target in pairwise(path)):
            due[goal] = due.get(goal, 0) | 1 << start
    reached("a start" if due else "no start")
    assert dict(step_changes.affected_starts(snapshot, steps)) == due


def test_the_goals_are_exact_if_a_search_is_cheap():
    """Of the two paths from 0 to 3 the one through 1 is preferred, so the step 2 → 3 concerns the start 2 alone."""
    snapshot = snapshot_of([(0, 1), (1, 3), (0, 2), (2, 3), (3, 4), (4, 5), (5, 6), (6, 7)], size=8)
    assert dict(step_changes.affected_starts(snapshot, {3: 1 << 2})) == {goal: 1 << 2 for goal in range(3, 8)}


def test_a_goal_is_not_searched_if_another_successor_is_preferred():
    """From 0 the path through 1 is preferred to the one through 2, so the step 0 → 2 concerns the goal 2 alone."""
    snapshot = snapshot_of([(0, 1), (1, 3), (0, 2), (2, 3), (3, 4), (4, 5)], size=6)
    assert dict(step_changes.affected_starts(snapshot, {2: 1})) == {2: 1}
    assert {arguments for name, arguments in snapshot.memo if name == "shortest_paths_to"} == {(2,)}


@reaching("now-unknown", "now-known")
@settings(max_examples=share(5, 5))
@given(changed_graphs(), st.sets(st.integers(0, 4), max_size=3), st.sets(st.integers(0, 4), max_size=3))
@example(({(0, 1)}, {(0, 1)}, set()), {2}, set())
@example(({(0, 1)}, {(0, 1)}, set()), set(), {2})
def test_no_target_whose_outcome_changes_between_none_and_unknown_is_missed(changed, open_before, open_after):
    """The result may have more targets than change, and never fewer."""
    before, after, blank = changed
    sides = []
    for edges, undeclared in ((before, open_before), (after, open_after)):
        inside = {(a, b) for a, b in edges if max(a, b) < 5 and b not in undeclared}
        sides.append(world_of(inside, blank, 5, undeclared))
    snapshots = [ImpactSnapshot(known.facts, known.numbers, NOW) for known in sides]
    found = step_changes.possibly_unknown(*snapshots)
    due = difference(*sides, NOW)
    for kind in ("now-unknown", "now-known"):
        targets = {row[1] for row in due.get(kind, ())}
        reached(kind, len(targets))
        event(f"{kind} {len(targets)}")
        assert targets <= {snapshots[0].numbers[place] for place in indices(found)}


def test_a_device_model_without_a_change_is_left_out():
    """Entry 2 loses its declaration: entries of the same device model are examined, those of another are not."""
    rows = [revision(8, "C"), revision(9, "C"), declaration(9, 8)]
    before = world(*chain(1, 2, 3).revisions, *chain(1, 2, 3).declarations, *rows[:2], rows[2])
    after = world(*before.revisions, *(row for row in before.declarations if row.entry != six(2)))
    snapshots = [ImpactSnapshot(known.facts, before.numbers, NOW) for known in (before, after)]
    found = {before.numbers[place] for place in indices(step_changes.possibly_unknown(*snapshots))}
    assert found == {six(2), six(3)}
    assert step_changes.possibly_unknown(snapshots[0], snapshots[0]) == 0
