"""Steps and held bases over valid time, against the oracle at every stretch; and when an acceptance lapses."""

from itertools import pairwise

from hypothesis import event, example, given
from hypothesis import strategies as st

from service.domain.clock import BEGINNING, END
from service.rules.facts.changeset import lapse_instant
from service.rules.facts.derive_edges import derive_edges
from tests.reached import reached, reaching
from tests.unit.oracles.pathway import Oracle
from tests.worlds import DATES, World, acceptance, declaration, revision, world, worlds

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
def test_steps_and_held_bases_at_every_stretch(known):
    """At each instant exactly the pairs of the contract are in force, once each, with what the row says of them."""
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
            assert (row.declaration, row.acceptance) == giver(oracle, row)


def giver(oracle, row):
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
    acceptance = accepted.get((base, target), "") if needed(oracle, (base, target)) else ""
    return oracle.declared[target].id, acceptance


def needed(oracle, pair):
    """Whether a pair would be held had nobody accepted it."""
    base, target = (oracle.entries[number] for number in pair)
    return (base.device_model, base.device_type) != (target.device_model, target.device_type)


@reaching("two stretches")
@given(worlds(over_time=True))
@example(LATER)
def test_rows_are_as_long_as_they_can_be(known):
    """No row overlaps the next of its pair, and two that touch differ in what they say."""
    for rows in derive_edges(known.facts, known.numbers):
        for stretches in by_pair(rows).values():
            for one, other in pairwise(stretches):
                reached("two stretches")
                same_words = one.model_copy(update={"valid_from": other.valid_from, "valid_to": other.valid_to})
                assert one.valid_to < other.valid_from or (one.valid_to == other.valid_from and same_words != other)


@st.composite
def changes(draw):
    """A world, and the same after a change of some of its declarations and revisions from some date on."""
    before = draw(worlds(over_time=draw(st.booleans()), letters="AB"))
    said = [row for row in before.declarations for row in draw(st.sampled_from([[row], [row], cut(row), []]))]
    rows = [row for row in before.revisions for row in draw(st.sampled_from([[row], [row], [row], moved(row)]))]
    return before, World(rows, said, before.acceptances)


def cut(row):
    """A fact that ends early, where it can."""
    ends = [date for date in DATES if row.span.contains(date) and date > row.valid_from]
    return [row.model_copy(update={"valid_to": ends[-1]})] if ends else []


def moved(row):
    """An entry that is other hardware from some date on."""
    early = cut(row)
    since = early[0].valid_to if early else row.valid_from
    return [*early, row.model_copy(update={"hardware_revision": "09", "valid_from": since})]


@reaching("lapses", "stays in effect", "never in effect")
@given(changes())
@example((world(*CROSSING), world(*CROSSING[:2], CROSSING[3])))
@example((world(*CROSSING), world(*CROSSING)))
@example((world(*CROSSING[:2], CROSSING[3]), world(*CROSSING)))
def test_lapse_begins_at_the_first_instant_that_takes_the_acceptance_out_of_effect(change):
    """Named and of both device models before, not so after: the first such instant within the acceptance, or none."""
    before, after = change
    moments = sorted({*before.moments, *after.moments})
    for one in before.acceptances:
        effective = [when for when in moments if in_effect(before, one, when)]
        gone = [when for when in effective if not in_effect(after, one, when)]
        case = "never in effect" if not effective else "lapses" if gone else "stays in effect"
        event(case)
        reached(case)
        assert lapse_instant(before.facts, after.facts, one) == (gone[0] if gone else None)


def in_effect(known, one, when):
    """Whether the pair is named, and both entries have the device models for which it was accepted."""
    oracle = Oracle(known, when)
    if not one.span.contains(when) or (one.base, one.target) not in oracle.named():
        return False
    return oracle.accepted(one.base, one.target)


def changed(*facts):
    """What is believed after a change."""
    return world(*facts).facts


def test_nothing_lapses_where_nothing_changes():
    """An acceptance stays in effect while the base is named and both device models are as they were."""
    assert lapse_instant(changed(*CROSSING), changed(*CROSSING), CROSSING[3]) is None


def test_an_acceptance_lapses_when_the_declaration_drops_the_base():
    """From the instant from which the base is no longer named."""
    base, target, _, accepted = CROSSING
    dropped = [declaration(2, 1, until=THIRD), declaration(2, since=THIRD)]
    assert lapse_instant(changed(*CROSSING), changed(base, target, *dropped), accepted) == THIRD


def test_an_acceptance_lapses_when_the_declaration_is_withdrawn():
    """Nothing is named any more."""
    base, target, _, accepted = CROSSING
    assert lapse_instant(changed(*CROSSING), changed(base, target), accepted) == FIRST


def test_an_acceptance_lapses_when_a_device_model_changes():
    """From the instant from which the list says otherwise, for the base as for the target."""
    base, target, said, accepted = CROSSING
    new_base = [revision(1, "B", until=SECOND), revision(1, "C", since=SECOND)]
    new_target = [revision(2, until=FOURTH), revision(2, "C", since=FOURTH)]
    assert lapse_instant(changed(*CROSSING), changed(*new_base, target, said), accepted) == SECOND
    assert lapse_instant(changed(*CROSSING), changed(base, *new_target, said), accepted) == FOURTH


def test_a_lapse_is_found_though_the_device_model_changes_back():
    """What has lapsed does not revive: the first instant counts, whatever comes after."""
    _, target, said, accepted = CROSSING
    there_and_back = [
        revision(1, "B", until=SECOND),
        revision(1, "C", since=SECOND, until=THIRD),
        revision(1, "B", since=THIRD),
    ]
    assert lapse_instant(changed(*CROSSING), changed(*there_and_back, target, said), accepted) == SECOND


def test_an_acceptance_that_was_not_in_effect_does_not_lapse():
    """Where the base was not named before, no later change takes anything away."""
    base, target, _, accepted = CROSSING
    assert lapse_instant(changed(base, target), changed(base, revision(2, "C")), accepted) is None


def test_a_step_is_one_row_for_each_stretch():
    """Declaration, revisions and status cut the time; neighbouring stretches that say the same are one row."""
    listed = revision(2, since=FIRST, until=THIRD)
    removed = revision(2, status="Removed", since=THIRD)
    base = [revision(1, until=SECOND), revision(1, since=SECOND, image_descriptor="said anew")]
    steps, _ = derive_edges(changed(*base, listed, removed, declaration(2, 1)), ["000002"])
    assert [(row.valid_from, row.valid_to, row.listed) for row in steps] == [
        (FIRST, THIRD, True),
        (THIRD, END, False),
    ]


def test_a_declaration_from_the_beginning_gives_a_step_from_the_first_list_on():
    """Before either entry is on a list there is nothing to step from or to."""
    steps, _ = derive_edges(changed(revision(1, since=SECOND), revision(2), declaration(2, 1)), ["000002"])
    assert [(row.valid_from, row.valid_to) for row in steps] == [(SECOND, END)]
    assert steps[0].valid_from > BEGINNING
