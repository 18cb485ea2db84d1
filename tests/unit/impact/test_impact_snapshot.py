"""The snapshot for all pairs of entries, against the oracle that computes everything from the facts."""

import networkx as nx
from hypothesis import example, given, settings

from service.domain.facts import Declaration
from service.rules.impact.impact_snapshot import ABSENT, ImpactSnapshot
from service.rules.pathfinding.bitset import bitset_of, indices
from tests.properties import share
from tests.reached import reached, reaching
from tests.unit.oracles.pathway import Oracle
from tests.worlds import NOW, acceptance, declaration, revision, situations, six, world, worlds

TWINS = [revision(1, fw=7, image=7), revision(3, fw=7, image=7)]
MIXED = world(*TWINS, revision(2), revision(4, status="Removed"), revision(5), declaration(2, 3), declaration(4, 2))


def places(snapshot, numbers):
    """The places of some entries as a bit set."""
    return bitset_of(snapshot.place[number] for number in numbers)


def entries(snapshot, vertices):
    """The entries of a bit set of vertices."""
    return {snapshot.numbers[place] for place in indices(snapshot.entries_of(vertices))}


@reaching("an absent entry", "twins", "a step")
@settings(max_examples=share(5, 5))
@given(situations(most=8))
@example((MIXED, NOW))
@example((world(revision(1, until=NOW), revision(2)), NOW))
@example((world(*TWINS, declaration(3, 1)), NOW))
def test_the_vertices_and_steps_are_those_of_the_oracle(drawn):
    """Each entry with its twins; steps lead into listed vertices only; an entry on no list in force is absent."""
    known, at = drawn
    snapshot, oracle = ImpactSnapshot(known.facts, known.numbers, at), Oracle(known, at)
    for place, number in enumerate(known.numbers):
        vertex = snapshot.vertex[place]
        reached("an absent entry", vertex == ABSENT)
        if vertex == ABSENT:
            assert number not in oracle.entries
            continue
        twins = oracle.vertex(number)
        reached("twins", len(twins) > 1)
        assert known.numbers[vertex] == oracle.shown(twins)
        assert snapshot.members[vertex] == places(snapshot, twins)
        assert (snapshot.listed >> vertex & 1, snapshot.imageless >> vertex & 1, snapshot.undeclared >> vertex & 1) == (
            oracle.listed(twins),
            oracle.imageless(twins),
            oracle.undeclared(twins),
        )
        successors = {other for successor in oracle.graph.succ[twins] for other in successor}
        assert entries(snapshot, snapshot.after[vertex]) == successors
        reached("a step", len(successors))
        predecessors = {other for predecessor in oracle.graph.pred[twins] for other in predecessor}
        assert entries(snapshot, snapshot.before[vertex]) == predecessors
        assert entries(snapshot, snapshot.ancestors(vertex)) == {
            other for base in (*nx.ancestors(oracle.graph, twins), twins) for other in base
        }


@settings(max_examples=share(5, 5))
@given(situations(most=8))
@example((MIXED, NOW))
def test_the_declared_pairs_into_an_entry_are_those_that_give_a_step(drawn):
    """No pair into a removed entry, no base that is a twin of the target, and none that is held or pending."""
    known, at = drawn
    snapshot, oracle = ImpactSnapshot(known.facts, known.numbers, at), Oracle(known, at)
    for number in known.numbers:
        due = {pair for pair in oracle.open() if pair[1] == number and oracle.may_enter(oracle.vertex(number))}
        assert snapshot.steps_into(number) == due


@reaching("possible")
@settings(max_examples=share(5, 5))
@given(situations(most=8))
@example((MIXED, NOW))
def test_the_possible_ancestors_are_those_of_the_oracle(drawn):
    """The vertices that missing declarations could lead to the goal, without those that declared steps lead to it."""
    known, at = drawn
    snapshot, oracle = ImpactSnapshot(known.facts, known.numbers, at), Oracle(known, at)
    for goal in indices(snapshot.all):
        target = oracle.vertex(known.numbers[goal])
        declared = nx.ancestors(oracle.graph, target) | {target}
        due = {number for vertex in nx.ancestors(oracle.supposed, target) - declared for number in vertex}
        found = snapshot.possible_ancestors(goal) & ~snapshot.ancestors(goal)
        reached("possible", len(due))
        assert entries(snapshot, found) == due


@reaching("redeclared")
@settings(max_examples=share(5, 5))
@given(situations(most=8), worlds(4, True, "AB"))
@example((MIXED, NOW), world(declaration(5, 1), declaration(2)))
def test_a_redeclared_snapshot_is_the_one_of_the_changed_facts(drawn, other):
    """Only declarations and acceptances differ; the original stays as it was."""
    known, at = drawn
    names = dict(zip(sorted({row.entry for row in other.declarations}), known.numbers, strict=False))
    rows = [renamed(row, names) for row in other.declarations if row.entry in names]
    kept = [row for row in known.declarations if row.entry not in names.values()]
    changed = world(*known.revisions, *kept, *rows, *known.acceptances[1:])
    targets = {*names.values(), *(row.target for row in known.acceptances[:1])}
    before, fresh = (ImpactSnapshot(facts, known.numbers, at) for facts in (known.facts, changed.facts))
    copy = ImpactSnapshot(known.facts, known.numbers, at)
    after = copy.redeclared(changed.facts, sorted(targets))
    assert (copy, copy.after, copy.before, copy.undeclared) == (before, before.after, before.before, before.undeclared)
    assert after == fresh
    assert (after.after, after.before, after.undeclared) == (fresh.after, fresh.before, fresh.undeclared)
    assert (after != before) == (fresh != before)
    reached("redeclared", after != before)


def renamed(row: Declaration, names: dict[str, str]) -> Declaration:
    """The declaration with other entry numbers; a base without another number is left out."""
    bases = [names[base] for base in row.bases if base in names]
    kind = "none" if row.kind == "bases" and not bases else row.kind
    return row.model_copy(update={"entry": names[row.entry], "given": ";".join(bases), "kind": kind})


def test_memoised_results_of_the_original_do_not_hold_for_the_copy():
    """The ancestors and paths of the copy are those of its own steps."""
    known = world(*map(revision, (1, 2, 3)), declaration(2, 1), declaration(3, 2))
    snapshot = ImpactSnapshot(known.facts, known.numbers, NOW)
    assert (snapshot.ancestors(2), snapshot.shortest_paths_to(2).path(0)) == (0b111, [0, 1, 2])
    copy = snapshot.redeclared(world(*known.revisions, declaration(2, 1), declaration(3)).facts, [six(3)])
    assert (copy.ancestors(2), copy.shortest_paths_to(2).path(0)) == (0b100, None)
    assert (snapshot.ancestors(2), snapshot.costs_from(0)) == (0b111, {(0, 0): 0b001, (0, 1): 0b010, (0, 2): 0b100})


def compared(*facts):
    """The snapshot of the entries 1 to 3."""
    return ImpactSnapshot(world(*facts).facts, [six(1), six(2), six(3)], NOW)


def test_snapshots_are_equal_if_no_answer_can_differ():
    """Another step, image, model or missing declaration counts; another id of a declaration or descriptor does not."""
    rows = [*map(revision, (1, 2, 3)), declaration(1), declaration(2, 1)]
    same = compared(*rows)
    assert same == compared(*rows[:4], declaration(2, 1, declared=NOW))
    assert same == compared(*rows, declaration(3, kind="not-supplied"))
    assert same == compared(*rows[1:], revision(1, image_descriptor="x"))
    assert same != compared(*rows, declaration(3))
    assert same != compared(*rows, declaration(3, 2))
    assert same != compared(*rows[1:], revision(1, image=""))
    assert same != compared(*rows[1:], revision(1, "C"))
    assert same != compared(*rows[1:])
    assert same != rows


def test_an_accepted_base_gives_a_step_and_a_held_base_does_not():
    """A base of another device model."""
    rows = [revision(1, "B"), revision(2), declaration(2, 1)]
    held, accepted = compared(*rows), compared(*rows, acceptance(1, 2))
    assert (held.after[0], held.steps_into(six(2))) == (0, set())
    assert (accepted.after[0], accepted.steps_into(six(2))) == (0b10, {(six(1), six(2))})


def test_the_view_of_a_vertex_is_what_a_search_examines():
    """The vertex of the place, its members, whether its image is blank, and its successors."""
    snapshot = compared(revision(1), revision(2, image=""), declaration(2, 1))
    assert [snapshot.vertex_view(place) for place in range(3)] == [(0, 1, 0, 0b10), (1, 2, 1, 0), (ABSENT, 0, 0, 0)]
