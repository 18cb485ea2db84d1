"""Change sets: which rows a write closes and adds, which acceptances lapse, and which targets are affected."""

from hypothesis import event, example, given
from hypothesis import strategies as st

from service.domain.clock import END
from service.rules.facts.changeset import (
    ChangeSet,
    RowChanges,
    affected_targets,
    changes_between,
    complete_changes,
    facts_after,
    lapse_instant,
    lapsed_acceptances,
    rederive_targets,
    row_id,
)
from service.rules.facts.derive_edges import derive_edges
from tests.reached import reached, reaching
from tests.unit.oracles.pathway import Oracle
from tests.worlds import DATES, NOW, World, acceptance, declaration, revision, six, world, worlds

FIRST, SECOND, THIRD, FOURTH = DATES
CROSSING = [revision(1, "B"), revision(2), declaration(2, 1), acceptance(1, 2)]


@st.composite
def changed_worlds(draw):
    """A world, and the same world after some of its declarations and revisions change."""
    before = draw(worlds(over_time=draw(st.booleans()), letters="AB"))
    said = [row for row in before.declarations for row in draw(st.sampled_from([[row], [row], ended_early(row), []]))]
    rows = [
        row for row in before.revisions for row in draw(st.sampled_from([[row], [row], [row], on_other_hardware(row)]))
    ]
    return before, World(rows, said, before.acceptances)


def ended_early(row):
    """The fact with an earlier end, if there is a date for it."""
    ends = [date for date in DATES if row.span.contains(date) and date > row.valid_from]
    return [row.model_copy(update={"valid_to": ends[-1]})] if ends else []


def on_other_hardware(row):
    """An entry with another hardware revision from some date on."""
    early = ended_early(row)
    since = early[0].valid_to if early else row.valid_from
    return [*early, row.model_copy(update={"hardware_revision": "09", "valid_from": since})]


@reaching("lapses", "stays in effect", "never in effect")
@given(changed_worlds())
@example((world(*CROSSING), world(*CROSSING[:2], CROSSING[3])))
@example((world(*CROSSING), world(*CROSSING)))
@example((world(*CROSSING[:2], CROSSING[3]), world(*CROSSING)))
def test_an_acceptance_lapses_at_the_first_instant_out_of_effect(change):
    """The first instant at which the pair is in effect before the change and not after, or none."""
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
    """Whether the pair is declared, and both entries have the accepted device models."""
    oracle = Oracle(known, when)
    if not one.span.contains(when) or (one.base, one.target) not in oracle.named():
        return False
    return oracle.accepted(one.base, one.target)


def facts_of(*facts):
    """The facts after a change."""
    return world(*facts).facts


def test_without_a_change_nothing_lapses():
    """The base is still declared, and both device models are the same."""
    assert lapse_instant(facts_of(*CROSSING), facts_of(*CROSSING), CROSSING[3]) is None


def test_an_acceptance_lapses_when_the_declaration_drops_the_base():
    """From the instant at which the declaration no longer names the base."""
    base, target, _, accepted = CROSSING
    dropped = [declaration(2, 1, until=THIRD), declaration(2, since=THIRD)]
    assert lapse_instant(facts_of(*CROSSING), facts_of(base, target, *dropped), accepted) == THIRD


def test_an_acceptance_lapses_when_the_declaration_is_withdrawn():
    """Then no base is declared at all."""
    base, target, _, accepted = CROSSING
    assert lapse_instant(facts_of(*CROSSING), facts_of(base, target), accepted) == FIRST


def test_an_acceptance_lapses_when_a_device_model_changes():
    """From the instant of the change, for the base and for the target."""
    base, target, said, accepted = CROSSING
    new_base = [revision(1, "B", until=SECOND), revision(1, "C", since=SECOND)]
    new_target = [revision(2, until=FOURTH), revision(2, "C", since=FOURTH)]
    assert lapse_instant(facts_of(*CROSSING), facts_of(*new_base, target, said), accepted) == SECOND
    assert lapse_instant(facts_of(*CROSSING), facts_of(base, *new_target, said), accepted) == FOURTH


def test_a_lapse_is_found_though_the_device_model_changes_back():
    """A lapsed acceptance does not revive: the first instant counts."""
    _, target, said, accepted = CROSSING
    there_and_back = [
        revision(1, "B", until=SECOND),
        revision(1, "C", since=SECOND, until=THIRD),
        revision(1, "B", since=THIRD),
    ]
    assert lapse_instant(facts_of(*CROSSING), facts_of(*there_and_back, target, said), accepted) == SECOND


def test_an_acceptance_that_was_not_in_effect_does_not_lapse():
    """The base was not declared before the change."""
    base, target, _, accepted = CROSSING
    assert lapse_instant(facts_of(base, target), facts_of(base, revision(2, "C")), accepted) is None


def test_a_row_id_has_subject_recorded_instant_and_index():
    """So the ids of one transaction differ."""
    assert row_id("000001", SECOND, 2) == "000001.20220701T000000000000.2"


def test_changes_between_two_states_lead_from_one_to_the_other():
    """Only rows that differ are closed and added; no change at all is false."""
    before = world(*CROSSING).facts
    after = world(*CROSSING[:2], declaration(2), CROSSING[3]).facts
    changes = changes_between(before, after)
    assert (changes.declarations.closed, changes.declarations.added) == ([CROSSING[2]], [declaration(2)])
    assert not changes.revisions
    assert not changes.acceptances
    assert facts_after(before, changes) == after
    assert not changes_between(before, before)


def test_a_lapsed_acceptance_ends_where_it_lapses():
    """The old row is closed, and a shorter one is added; the complete changes contain both."""
    before = world(*CROSSING).facts
    dropped = [declaration(2, 1, until=THIRD), declaration(2, since=THIRD)]
    changes = ChangeSet(declarations=RowChanges([CROSSING[2]], dropped))
    completed, after = complete_changes(before, changes, NOW)
    assert completed.acceptances.closed == [CROSSING[3]]
    assert [(row.valid_from, row.valid_to) for row in completed.acceptances.added] == [(CROSSING[3].valid_from, THIRD)]
    assert after.acceptances["000001", "000002"] == tuple(completed.acceptances.added)
    assert lapsed_acceptances(before, facts_after(before, changes), NOW) == completed.acceptances
    unchanged, same = complete_changes(before, ChangeSet(), NOW)
    assert (bool(unchanged), same) == (False, before)


def test_the_targets_that_a_change_affects():
    """A revision affects the targets that name its entry, and the twins of these; an acceptance its own target."""
    rows = [revision(1, "B"), revision(2), revision(6, fw=2, image=2), revision(7), declaration(2, 1)]
    before = world(*rows, revision(8), declaration(8, 7)).facts
    moved = ChangeSet(revisions=RowChanges([rows[0]], [revision(1)]))
    assert affected_targets(before, facts_after(before, moved), moved) == {
        six(1),
        six(2),
        six(6),
    }
    accepted = ChangeSet(acceptances=RowChanges([], [acceptance(1, 2)]))
    assert affected_targets(before, facts_after(before, accepted), accepted) == {six(2), six(6)}


def test_targets_are_derived_anew():
    """The held base is closed and the accepted step is added; equal rows stay."""
    before, after = world(*CROSSING[:3]).facts, world(*CROSSING).facts
    old_steps, old_held = derive_edges(before, [six(2)])
    steps, held = rederive_targets(after, {six(2)}, old_steps, old_held)
    assert (held.closed, held.added) == (old_held, [])
    assert [(row.base, row.target, row.valid_to) for row in steps.added] == [(six(1), six(2), END)]
    new_steps, new_held = derive_edges(after, [six(2)])
    assert not any(rederive_targets(after, {six(2)}, new_steps, new_held))
