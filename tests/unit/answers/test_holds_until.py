"""Until when an answer holds: against an oracle that asks at every later instant, and by hand."""

from itertools import product

from hypothesis import event, given
from hypothesis import strategies as st

from service.domain.clock import BEGINNING
from service.rules.answers.holds_until import pathway_holds_until
from tests.reached import reached, reaching
from tests.unit.oracles.holds_until import first_difference, pathway_answer
from tests.unit.questions import setting
from tests.worlds import DATES, World, acceptance, crossed, declaration, revision, terrain, world, worlds


def ends_of_lists(at):
    """Names a list for every instant, so that a wrong instant also gives a wrong cause."""
    return f"1.{at.year}{at.month}"


@st.composite
def crossed_over_time(draw):
    """Device models that accepted steps connect, of which entries and declarations appear at several dates."""
    known, dates = draw(crossed()), st.sampled_from(DATES)
    revisions = [row.model_copy(update={"valid_from": draw(dates)}) for row in known.revisions]
    since = st.sampled_from([BEGINNING, *DATES])
    declarations = [row.model_copy(update={"valid_from": draw(since)}) for row in known.declarations]
    return World(revisions, declarations, known.acceptances)


def test_a_new_entry_opens_a_way_through_an_entry_without_a_declaration():
    """The entry is another device model's first base here: from it a missing declaration could lead on to the goal."""
    facts = [revision(1, "B"), revision(2), revision(3), declaration(3, 2), revision(4, since=DATES[1])]
    context = setting(world(*facts, declaration(4, 1), acceptance(1, 4)), 1, 3, at=DATES[0])
    holds = pathway_holds_until(context, ends_of_lists)
    assert (context.outcome, holds.at, holds.outcome) == ("none", DATES[1], "unknown")


def test_a_new_twin_of_an_entry_without_a_declaration_may_be_declared():
    """The vertex of both is declared then, and no declaration is missing any more."""
    facts = [revision(1), revision(2), revision(3, fw=2, image=2, since=DATES[1]), declaration(1), declaration(3)]
    context = setting(world(*facts), 1, 2, at=DATES[0])
    holds = pathway_holds_until(context, ends_of_lists)
    assert (context.outcome, holds.at, holds.outcome) == ("unknown", DATES[1], "none")


def test_the_base_may_come_to_the_device_model_of_an_undeclared_target():
    """A correction of its hardware, from which on a missing declaration could lead to the target."""
    facts = [revision(1, "B", until=DATES[1]), revision(1, "A", since=DATES[1]), revision(2)]
    context = setting(world(*facts), 1, 2, at=DATES[0])
    holds = pathway_holds_until(context, ends_of_lists)
    assert (context.outcome, holds.at, holds.outcome) == ("none", DATES[1], "unknown")


@reaching("a change", "no change")
@given(worlds(most=7, over_time=True) | crossed_over_time(), st.booleans(), st.data())
def test_an_answer_holds_until_the_first_instant_with_another_one(known, through_removed, data):
    """For every pair of a world: the instant, the outcome and the cause; None if no later instant differs."""
    at, graph = data.draw(st.sampled_from(known.moments)), terrain(known)
    for base, target in product(known.numbers, repeat=2):
        context = setting(graph, base, target, at=at, through_removed=through_removed)
        holds = pathway_holds_until(context, ends_of_lists)
        expected = first_difference(
            known, at, lambda oracle, pair=(base, target): pathway_answer(oracle, *pair), through_removed
        )
        reached("a change" if expected else "no change")
        if expected is None:
            assert holds is None
        else:
            event(f"{context.outcome} until {expected[1][0]}")
            assert holds, expected
            assert (holds.at, holds.outcome) == (expected[0], expected[1][0])
            assert holds.cause.list_version == ends_of_lists(holds.at)
