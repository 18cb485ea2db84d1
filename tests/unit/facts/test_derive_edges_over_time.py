"""Steps and held bases over effective time, against the oracle in every interval."""

from itertools import pairwise

from hypothesis import example, given

from service.domain.clock import BEGINNING, END
from service.rules.facts.derive_edges import derive_edges
from tests.reached import reached, reaching
from tests.unit.oracles.pathway import Oracle
from tests.worlds import DATES, acceptance, declaration, revision, world, worlds

FIRST, SECOND, THIRD, FOURTH = DATES


def at(rows, moment):
    """The rows in force."""
    return [row for row in rows if row.span.contains(moment)]


def by_pair(rows):
    """The rows of each pair, in order of time."""
    found = {}
    for row in sorted(rows, key=lambda row: row.valid_from):
        found.setdefault((row.base, row.target), []).append(row)
    return found


LATER = world(
    *[revision(1), revision(2, until=SECOND), revision(2, since=SECOND, status="Removed"), revision(3, "B")],
    *[revision(4, fw=2, image=2), declaration(2, 1, 3)],
    *[revision(6, until=SECOND), revision(6, since=SECOND, status="Removed"), declaration(6, 1)],
)
CROSSING = [revision(1, "B"), revision(2), declaration(2, 1), acceptance(1, 2)]


@reaching("declared", "by a twin", "held")
@given(worlds(over_time=True))
@example(LATER)
def test_steps_and_held_bases_in_every_interval(known):
    """At each instant exactly the pairs of the contract are in force, once each, with the right fields."""
    steps, held = derive_edges(known.facts, known.numbers)
    for moment in known.moments:
        oracle = Oracle(known, moment)
        now = at(steps, moment)
        assert sorted((row.base, row.target) for row in now) == sorted(oracle.steps())
        assert {(row.base, row.target): row.code for row in at(held, moment)} == oracle.held()
        assert len(at(held, moment)) == len(oracle.held())
        reached("held", len(oracle.held()))
        for row in now:
            reached("by a twin" if row.by_twin else "declared")
            assert row.listed == oracle.listed(oracle.vertex(row.target))
            assert row.by_twin == ((row.base, row.target) not in oracle.open())
            assert (row.declaration, row.acceptance) == expected_source(oracle, row)


def expected_source(oracle, row):
    """Declaration and acceptance of the open pair that speaks for a row.

    The pair of the row speaks if it is declared, else the first pair of twins: a declaration of the target before
    that of a twin, then by the number of the target and by that of the base.
    """
    accepted = {(one.base, one.target): one.id for one in oracle.acceptances}
    ways = [
        ((base, target) != (row.base, row.target), target != row.target, target, base)
        for base, target in oracle.open()
        if base in oracle.vertex(row.base) and target in oracle.vertex(row.target)
    ]
    *_, target, base = min(ways)
    acceptance = accepted.get((base, target), "") if needs_acceptance(oracle, (base, target)) else ""
    return oracle.declared[target].id, acceptance


def needs_acceptance(oracle, pair):
    """Whether a pair would be held without its acceptance."""
    base, target = (oracle.entries[number] for number in pair)
    return (base.device_model, base.device_type) != (target.device_model, target.device_type)


@reaching("two stretches")
@given(worlds(over_time=True))
@example(LATER)
def test_rows_are_as_long_as_possible(known):
    """No row overlaps the next of its pair, and two adjacent rows differ in a field."""
    for rows in derive_edges(known.facts, known.numbers):
        for stretches in by_pair(rows).values():
            for one, other in pairwise(stretches):
                reached("two stretches")
                same_words = one.model_copy(update={"valid_from": other.valid_from, "valid_to": other.valid_to})
                assert one.valid_to < other.valid_from or (one.valid_to == other.valid_from and same_words != other)


def facts_of(*facts):
    """The facts of a world."""
    return world(*facts).facts


def test_a_step_is_one_row_for_each_interval():
    """Declaration, revisions and status divide the time; adjacent intervals of equal fields are one row."""
    listed = revision(2, since=FIRST, until=THIRD)
    removed = revision(2, status="Removed", since=THIRD)
    base = [revision(1, until=SECOND), revision(1, since=SECOND, image_descriptor="said anew")]
    steps, _ = derive_edges(facts_of(*base, listed, removed, declaration(2, 1)), ["000002"])
    assert [(row.valid_from, row.valid_to, row.listed) for row in steps] == [
        (FIRST, THIRD, True),
        (THIRD, END, False),
    ]


def test_a_declaration_from_the_beginning_gives_a_step_from_the_first_list_on():
    """Before both entries are on a list, there is no step."""
    steps, _ = derive_edges(facts_of(revision(1, since=SECOND), revision(2), declaration(2, 1)), ["000002"])
    assert [(row.valid_from, row.valid_to) for row in steps] == [(SECOND, END)]
    assert steps[0].valid_from > BEGINNING
