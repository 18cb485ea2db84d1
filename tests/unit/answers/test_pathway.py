"""The four outcomes, the preference among pathways, removed entries and reach."""

from service.rules.answers.pathway import reachable_targets, reaching_origins
from tests.unit.questions import ask, codes, setting, way
from tests.worlds import DATES, acceptance, declaration, revision, world

FIRST, SECOND, THIRD, FOURTH = DATES
CHAIN = [revision(7), revision(3), revision(5), declaration(3, 7), declaration(5, 3)]


def steps_of(items):
    """The entries with their number of steps."""
    return {item.entry: item.steps for item in items}


def test_a_route_follows_the_declared_steps():
    """From base to target, whatever the order of the numbers."""
    answer = ask(world(*CHAIN), 7, 5)
    assert (answer.outcome, way(answer)) == ("route", ["000007", "000003", "000005"])
    assert answer.reasons == []


def test_a_step_has_the_firmware_of_its_target():
    """The device model, firmware version and image hash to send and activate."""
    step = ask(world(*CHAIN), 7, 3).steps[0]
    expected = ("000007", "000003", "00010101", "00000003", f"{3:064}")
    assert (step.base, step.target, step.device_model, step.firmware_version, step.image_hash) == expected


def test_the_entry_itself_is_already_there():
    """Even if it is removed, or in a cycle."""
    known = world(revision(1, status="Removed"), revision(2), declaration(1, 2), declaration(2, 1))
    answer = ask(known, 1, 1)
    assert (answer.outcome, answer.steps, answer.reasons) == ("already-there", [], [])


def test_none_if_all_is_declared_and_no_step_leads_there():
    """Every entry is declared, so the answer is certain."""
    known = world(*CHAIN, declaration(7))
    answer = ask(known, 5, 7)
    assert (answer.outcome, codes(answer)) == ("none", ["declared-none", "opposite-direction", "no-declared-way"])


def test_unknown_where_a_missing_declaration_could_make_a_route():
    """The bases of 000007 are not declared."""
    answer = ask(world(*CHAIN), 5, 7)
    assert (answer.outcome, codes(answer)) == ("unknown", ["not-declared", "opposite-direction", "no-declared-way"])


def test_unknown_through_an_undeclared_entry_on_the_way():
    """The target is declared, but its base is not."""
    known = world(revision(1), revision(2), revision(3), declaration(1), declaration(3, 2))
    answer = ask(known, 1, 3)
    assert (answer.outcome, answer.reasons[0].entries) == ("unknown", ["000002"])


def test_a_missing_declaration_of_another_device_model_changes_nothing():
    """No accepted step leads from one device model to the other."""
    known = world(revision(1), revision(2, "B"), revision(3, "B"), declaration(3, 2))
    assert ask(known, 1, 3).outcome == "none"


def test_a_missing_declaration_beyond_an_accepted_step_counts():
    """The accepted step leads to the device model of the undeclared entry."""
    known = world(revision(1, "B"), revision(2), revision(3), declaration(2, 1), acceptance(1, 2))
    assert ask(known, 1, 3).outcome == "unknown"


def test_a_missing_declaration_of_a_removed_entry_changes_nothing():
    """A removed entry is no target, except in a question through removed entries."""
    known = world(revision(1), revision(2, status="Removed"), revision(3), declaration(1), declaration(3, 2))
    assert ask(known, 1, 3).outcome == "none"
    assert ask(known, 1, 3, through_removed=True).outcome == "unknown"


def test_a_withdrawn_declaration_is_a_missing_one():
    """`not-supplied` means neither *no constraint* nor *no upgrade*."""
    known = world(revision(1), revision(2), declaration(2, kind="not-supplied"))
    assert ask(known, 1, 2).outcome == "unknown"


def test_bases_that_are_all_held_or_pending_are_declared():
    """The entry is declared, so no declaration is missing: `none`."""
    known = world(revision(1), revision(2), revision(3, "B"), declaration(2, 3, 700), declaration(1))
    assert ask(known, 1, 2).outcome == "none"


def test_the_fewest_blank_images_decide_first():
    """A longer pathway that can be performed comes before a shorter one that cannot."""
    blank = [revision(2, image=""), declaration(2, 1)]
    longer = [revision(8), revision(9), declaration(8, 1), declaration(9, 8)]
    answer = ask(world(revision(1), *blank, *longer, revision(5), declaration(5, 2, 9)), 1, 5)
    assert way(answer) == ["000001", "000008", "000009", "000005"]


def test_a_blank_image_at_the_start_costs_nothing():
    """The meter already runs the start."""
    known = world(revision(1, image=""), revision(2), revision(3), declaration(2, 1), declaration(3, 1, 2))
    assert way(ask(known, 1, 3)) == ["000001", "000003"]


def test_the_fewest_steps_decide_second():
    """Whatever the entry numbers between."""
    short = [revision(9), declaration(9, 1)]
    longer = [revision(2), revision(3), declaration(2, 1), declaration(3, 2)]
    known = world(revision(1), *short, *longer, revision(5), declaration(5, 9, 3))
    assert way(ask(known, 1, 5)) == ["000001", "000009", "000005"]


def test_the_entry_numbers_decide_third():
    """The first step decides before the second."""
    firsts = [revision(4), revision(6), declaration(4, 1), declaration(6, 1)]
    seconds = [revision(2), revision(8), declaration(2, 6), declaration(8, 4)]
    known = world(revision(1), *firsts, *seconds, revision(5), declaration(5, 2, 8))
    assert way(ask(known, 1, 5)) == ["000001", "000004", "000008", "000005"]


def test_the_first_entry_may_be_removed():
    """The meter already runs the base."""
    known = world(revision(1, status="Removed"), revision(2), declaration(2, 1))
    assert ask(known, 1, 2).outcome == "route"


def test_no_step_leads_to_a_removed_entry():
    """Neither between nor at the end, except in a question through removed entries."""
    known = world(revision(1), revision(2, status="Removed"), revision(3), declaration(2, 1), declaration(3, 2))
    assert ask(known, 1, 2).outcome == ask(known, 1, 3).outcome == "none"
    assert way(ask(known, 1, 3, through_removed=True)) == ["000001", "000002", "000003"]
    assert way(ask(known, 1, 2, through_removed=True)) == ["000001", "000002"]


def test_a_pathway_avoids_a_removed_entry():
    """Even if the pathway through the removed entry is shorter."""
    around = [revision(4), revision(5), declaration(4, 1), declaration(5, 4)]
    removed = [revision(2, status="Removed"), declaration(2, 1)]
    known = world(revision(1), *around, *removed, revision(3), declaration(3, 2, 5))
    assert way(ask(known, 1, 3)) == ["000001", "000004", "000005", "000003"]
    assert way(ask(known, 1, 3, through_removed=True)) == ["000001", "000002", "000003"]


def test_an_entry_on_no_list_yet_gives_none():
    """With the reason, and the time at which there is a route."""
    known = world(revision(1), revision(2, since=THIRD), declaration(2, 1))
    before, after = ask(known, 1, 2, at=SECOND), ask(known, 1, 2, at=THIRD)
    assert (before.outcome, codes(before)) == ("none", ["not-yet-listed", "not-at-this-time"])
    assert after.outcome == "route"


def test_the_reasons_for_an_unlisted_base_include_the_target():
    """The target is in force: the declared pathways to the target begin elsewhere."""
    known = world(revision(1, since=THIRD), revision(2), revision(3), declaration(2, 3))
    answer = ask(known, 1, 2, at=SECOND)
    assert (answer.outcome, codes(answer)) == ("none", ["not-yet-listed", "no-declared-way"])
    assert [reason.entries for reason in answer.reasons] == [["000001"], ["000003"]]


def test_an_entry_on_no_list_yet_is_not_already_there():
    """Before its first list, an entry is no firmware that a meter could run."""
    assert ask(world(revision(1, since=THIRD)), 1, 1, at=SECOND).outcome == "none"


def test_a_declaration_counts_only_within_its_validity():
    """Half-open: from its first instant, and not at its end."""
    known = world(revision(1), revision(2), declaration(2, 1, since=SECOND, until=THIRD), declaration(2, since=THIRD))
    outcomes = [ask(known, 1, 2, at=moment).outcome for moment in (FIRST, SECOND, THIRD)]
    assert outcomes == ["unknown", "route", "none"]


def test_reach_has_the_entries_with_a_route():
    """Targets and origins with the steps of their pathways, which can be longer to avoid a blank image."""
    blank = [revision(2, image=""), declaration(2, 7)]
    known = world(*CHAIN, *blank, revision(9), declaration(9, 2, 5), revision(8, status="Removed"), declaration(8, 7))
    assert steps_of(reachable_targets(setting(known, 7, 7))) == {
        "000002": 1,
        "000003": 1,
        "000005": 2,
        "000009": 3,
    }
    assert steps_of(reaching_origins(setting(known, 9, 9))) == {
        "000002": 1,
        "000003": 2,
        "000005": 1,
        "000007": 3,
    }


def test_nothing_reaches_a_removed_entry():
    """Except through removed entries. An entry on no list neither reaches nor is reached."""
    known = world(revision(1), revision(2, status="Removed"), declaration(2, 1), revision(3, since=THIRD))
    assert steps_of(reaching_origins(setting(known, 2, 2))) == {}
    assert steps_of(reaching_origins(setting(known, 2, 2, through_removed=True))) == {"000001": 1}
    assert (
        steps_of(reachable_targets(setting(known, 3, 3, at=SECOND)))
        == steps_of(reaching_origins(setting(known, 3, 3, at=SECOND)))
        == {}
    )


def test_an_answer_states_when_its_facts_were_recorded():
    """The latest recorded instant of both ends and all entries that lead to the target; no others count."""
    facts = [revision(1, recorded_from=FIRST), revision(2, recorded_from=SECOND), revision(3, recorded_from=FOURTH)]
    known = world(*facts, declaration(2, 1, recorded=THIRD), declaration(3, 2, recorded=FOURTH))
    assert ask(known, 1, 2).updated == THIRD
    assert ask(known, 1, 3).updated == FOURTH


def test_an_acceptance_counts_among_the_facts():
    """It is recorded after the declaration."""
    known = world(revision(1, "B"), revision(2), declaration(2, 1), acceptance(1, 2, recorded=FOURTH))
    assert ask(known, 1, 2).updated == FOURTH


def test_facts_beyond_removed_entries_count_too():
    """The reason `only-through-removed` depends on them."""
    facts = [revision(1), revision(2, recorded_from=FOURTH), revision(3, status="Removed"), revision(4), declaration(1)]
    known = world(*facts, declaration(3, 2), declaration(4, 3))
    assert ask(known, 1, 4).updated == FOURTH
