"""The four outcomes, the preference among ways, removed entries and reach: one behaviour each."""

from service.rules.answers.pathway import reachable_targets, reaching_origins
from tests.unit.questions import ask, codes, setting, way
from tests.worlds import DATES, acceptance, declaration, revision, world

FIRST, SECOND, THIRD, FOURTH = DATES
CHAIN = [revision(7), revision(3), revision(5), declaration(3, 7), declaration(5, 3)]


def reach(items):
    """Entries with their steps."""
    return {item.entry: item.steps for item in items}


def test_a_route_follows_the_declared_steps():
    """From base to target, whatever the order of the numbers."""
    answer = ask(world(*CHAIN), 7, 5)
    assert (answer.outcome, way(answer)) == ("route", ["000007", "000003", "000005"])
    assert answer.reasons == []


def test_a_step_tells_what_is_sent_and_activated():
    """The target's device model, firmware version and image hash."""
    step = ask(world(*CHAIN), 7, 3).steps[0]
    expected = ("000007", "000003", "00010101", "00000003", f"{3:064}")
    assert (step.base, step.target, step.device_model, step.firmware_version, step.image_hash) == expected


def test_the_entry_itself_is_already_there():
    """Even where it is removed, and where it could go round in a cycle."""
    known = world(revision(1, status="Removed"), revision(2), declaration(1, 2), declaration(2, 1))
    answer = ask(known, 1, 1)
    assert (answer.outcome, answer.steps, answer.reasons) == ("already-there", [], [])


def test_none_where_nothing_declared_leads_and_nothing_undeclared_could():
    """All is declared, and there is no way back: that is known."""
    known = world(*CHAIN, declaration(7))
    answer = ask(known, 5, 7)
    assert (answer.outcome, codes(answer)) == ("none", ["declared-none", "opposite-direction", "no-declared-way"])


def test_unknown_where_a_missing_declaration_could_make_a_route():
    """Nobody declared what 000007 may be upgraded from: nobody can say no."""
    answer = ask(world(*CHAIN), 5, 7)
    assert (answer.outcome, codes(answer)) == ("unknown", ["not-declared", "opposite-direction", "no-declared-way"])


def test_unknown_through_an_undeclared_entry_on_the_way():
    """The target is declared; what leads to its base is not."""
    known = world(revision(1), revision(2), revision(3), declaration(1), declaration(3, 2))
    answer = ask(known, 1, 3)
    assert (answer.outcome, answer.reasons[0].entries) == ("unknown", ["000002"])


def test_a_missing_declaration_of_another_device_model_changes_nothing():
    """Nothing leads from one device model into the other, whatever is still declared within either."""
    known = world(revision(1), revision(2, "B"), revision(3, "B"), declaration(3, 2))
    assert ask(known, 1, 3).outcome == "none"


def test_a_missing_declaration_beyond_an_accepted_step_counts():
    """The accepted step leads into the other device model, where what is missing could go on."""
    known = world(revision(1, "B"), revision(2), revision(3), declaration(2, 1), acceptance(1, 2))
    assert ask(known, 1, 3).outcome == "unknown"


def test_a_missing_declaration_of_a_removed_entry_changes_nothing():
    """A removed entry is no target, so that its declaration could not make a route; through removed ones it could."""
    known = world(revision(1), revision(2, status="Removed"), revision(3), declaration(1), declaration(3, 2))
    assert ask(known, 1, 3).outcome == "none"
    assert ask(known, 1, 3, through_removed=True).outcome == "unknown"


def test_a_withdrawn_declaration_is_a_missing_one():
    """`not-supplied` is never *no constraint* and never *no*."""
    known = world(revision(1), revision(2), declaration(2, kind="not-supplied"))
    assert ask(known, 1, 2).outcome == "unknown"


def test_bases_that_are_all_held_or_pending_are_declared():
    """Something was declared, so that nothing is missing: `none`."""
    known = world(revision(1), revision(2), revision(3, "B"), declaration(2, 3, 700), declaration(1))
    assert ask(known, 1, 2).outcome == "none"


def test_fewest_blank_images_come_first():
    """A longer way that can be performed comes before a shorter one that cannot."""
    blank = [revision(2, image=""), declaration(2, 1)]
    longer = [revision(8), revision(9), declaration(8, 1), declaration(9, 8)]
    answer = ask(world(revision(1), *blank, *longer, revision(5), declaration(5, 2, 9)), 1, 5)
    assert way(answer) == ["000001", "000008", "000009", "000005"]


def test_a_blank_image_at_the_start_costs_nothing():
    """It is not stepped to."""
    known = world(revision(1, image=""), revision(2), revision(3), declaration(2, 1), declaration(3, 1, 2))
    assert way(ask(known, 1, 3)) == ["000001", "000003"]


def test_then_fewest_steps():
    """Whatever the numbers on the way."""
    short = [revision(9), declaration(9, 1)]
    longer = [revision(2), revision(3), declaration(2, 1), declaration(3, 2)]
    known = world(revision(1), *short, *longer, revision(5), declaration(5, 9, 3))
    assert way(ask(known, 1, 5)) == ["000001", "000009", "000005"]


def test_then_the_numbers_step_by_step():
    """The first step decides before the second."""
    firsts = [revision(4), revision(6), declaration(4, 1), declaration(6, 1)]
    seconds = [revision(2), revision(8), declaration(2, 6), declaration(8, 4)]
    known = world(revision(1), *firsts, *seconds, revision(5), declaration(5, 2, 8))
    assert way(ask(known, 1, 5)) == ["000001", "000004", "000008", "000005"]


def test_the_first_entry_may_be_removed():
    """It is what the meter runs."""
    known = world(revision(1, status="Removed"), revision(2), declaration(2, 1))
    assert ask(known, 1, 2).outcome == "route"


def test_no_step_leads_to_a_removed_entry():
    """Neither on the way nor at the end, unless asked for."""
    known = world(revision(1), revision(2, status="Removed"), revision(3), declaration(2, 1), declaration(3, 2))
    assert ask(known, 1, 2).outcome == ask(known, 1, 3).outcome == "none"
    assert way(ask(known, 1, 3, through_removed=True)) == ["000001", "000002", "000003"]
    assert way(ask(known, 1, 2, through_removed=True)) == ["000001", "000002"]


def test_a_way_around_a_removed_entry_is_taken():
    """Though the way through it is shorter."""
    around = [revision(4), revision(5), declaration(4, 1), declaration(5, 4)]
    removed = [revision(2, status="Removed"), declaration(2, 1)]
    known = world(revision(1), *around, *removed, revision(3), declaration(3, 2, 5))
    assert way(ask(known, 1, 3)) == ["000001", "000004", "000005", "000003"]
    assert way(ask(known, 1, 3, through_removed=True)) == ["000001", "000002", "000003"]


def test_an_entry_that_no_list_has_yet_is_an_answer():
    """`none` with its reason, and what can be said without it."""
    known = world(revision(1), revision(2, since=THIRD), declaration(2, 1))
    before, after = ask(known, 1, 2, at=SECOND), ask(known, 1, 2, at=THIRD)
    assert (before.outcome, codes(before)) == ("none", ["not-yet-listed", "not-at-this-time"])
    assert after.outcome == "route"


def test_an_unlisted_base_still_tells_what_leads_to_the_target():
    """The target is in force: no way is declared from an entry that no list has."""
    known = world(revision(1, since=THIRD), revision(2), revision(3), declaration(2, 3))
    answer = ask(known, 1, 2, at=SECOND)
    assert (answer.outcome, codes(answer)) == ("none", ["not-yet-listed", "no-declared-way"])
    assert [reason.entries for reason in answer.reasons] == [["000001"], ["000003"]]


def test_the_same_entry_that_no_list_has_is_not_there():
    """Before its first list an entry is no firmware that a meter could run."""
    assert ask(world(revision(1, since=THIRD)), 1, 1, at=SECOND).outcome == "none"


def test_a_declaration_holds_over_its_stretch_alone():
    """Half-open: from its first instant, and no longer at its end."""
    known = world(revision(1), revision(2), declaration(2, 1, since=SECOND, until=THIRD), declaration(2, since=THIRD))
    outcomes = [ask(known, 1, 2, at=moment).outcome for moment in (FIRST, SECOND, THIRD)]
    assert outcomes == ["unknown", "route", "none"]


def test_reach_is_what_would_be_answered_route():
    """Targets and origins with the steps of the pathway, longer ones that can be performed included."""
    blank = [revision(2, image=""), declaration(2, 7)]
    known = world(*CHAIN, *blank, revision(9), declaration(9, 2, 5), revision(8, status="Removed"), declaration(8, 7))
    assert reach(reachable_targets(setting(known, 7, 7))) == {"000002": 1, "000003": 1, "000005": 2, "000009": 3}
    assert reach(reaching_origins(setting(known, 9, 9))) == {"000002": 1, "000003": 2, "000005": 1, "000007": 3}


def test_nothing_reaches_a_removed_entry():
    """Unless it may be stepped to; and an entry that no list has neither reaches nor is reached."""
    known = world(revision(1), revision(2, status="Removed"), declaration(2, 1), revision(3, since=THIRD))
    assert reach(reaching_origins(setting(known, 2, 2))) == {}
    assert reach(reaching_origins(setting(known, 2, 2, through_removed=True))) == {"000001": 1}
    assert (
        reach(reachable_targets(setting(known, 3, 3, at=SECOND)))
        == reach(reaching_origins(setting(known, 3, 3, at=SECOND)))
        == {}
    )


def test_an_answer_states_when_its_facts_were_recorded():
    """The latest instant among both ends and all that leads to the target; what does not bear on it is left out."""
    facts = [revision(1, recorded_from=FIRST), revision(2, recorded_from=SECOND), revision(3, recorded_from=FOURTH)]
    known = world(*facts, declaration(2, 1, recorded=THIRD), declaration(3, 2, recorded=FOURTH))
    assert ask(known, 1, 2).updated == THIRD
    assert ask(known, 1, 3).updated == FOURTH


def test_an_acceptance_on_the_way_counts_among_the_facts():
    """It was recorded later than what it opens."""
    known = world(revision(1, "B"), revision(2), declaration(2, 1), acceptance(1, 2, recorded=FOURTH))
    assert ask(known, 1, 2).updated == FOURTH


def test_facts_beyond_removed_entries_count_too():
    """The reason that the only way leads through removed entries rests on them."""
    facts = [revision(1), revision(2, recorded_from=FOURTH), revision(3, status="Removed"), revision(4), declaration(1)]
    known = world(*facts, declaration(3, 2), declaration(4, 3))
    assert ask(known, 1, 4).updated == FOURTH
