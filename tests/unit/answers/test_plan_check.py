"""Plan check: against an oracle on random worlds, and every code by hand."""

from itertools import pairwise, product

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from service.rules.answers.plan_check import common_judgement, judge_device_plans, judge_plan
from tests.reached import reached, reaching
from tests.unit.answers.test_pathway_against_oracle import ambiguous_codes
from tests.unit.oracles.pathway import Oracle
from tests.unit.oracles.plan_check import Conditions, unfinished, verdict
from tests.unit.oracles.warnings import codes
from tests.unit.questions import setting
from tests.worlds import NOW, acceptance, declaration, revision, situations, six, terrain, world


def check(given, *plan, **question):
    """The verdict on a plan in a world."""
    return judge_plan(list(map(six, plan)), lambda base, target: setting(given, base, target, **question))


def only_step(given, base, target, **question):
    """The one step of a plan of two entries."""
    (step,) = check(given, base, target, **question).steps
    return step


EVERY_CODE = world(
    *[revision(1), revision(2), revision(3), revision(4), revision(5, "B")],
    *[declaration(1), declaration(2, 1), declaration(3, 2, 5)],
)


@reaching("ok", "not-a-base", "wrong-order", "held", "not-declared")
@given(situations(most=7), st.booleans())
@example((EVERY_CODE, NOW), False)
def test_every_step_has_the_code_whose_condition_holds(situation, through_removed):
    """For every pair, including an entry with itself and entries not yet listed, exactly one condition holds."""
    known, at = situation
    oracle, fetched = Oracle(known, at, through_removed=through_removed), terrain(known)
    for base, target in product(known.numbers, repeat=2):
        step = only_step(fetched, base, target, at=at, through_removed=through_removed)
        event(step.code)
        reached(step.code)
        assert step.code == Conditions(oracle, base, target).code, (base, target)
        assert_evidence(oracle, step, at)


def assert_evidence(oracle, step, at):
    """The evidence of a step: its pathway with the missing stops, the entries to ask about, the warnings."""
    if step.code == "not-a-base":
        assert step.steps == oracle.preferred(step.base, step.target)
        assert step.entries == step.steps[1:-1] != []
    elif step.code == "wrong-order":
        assert step.steps == oracle.preferred(step.target, step.base)
    elif step.code == "held":
        pairs = product(oracle.vertex(step.base), oracle.vertex(step.target))
        assert step.entries == sorted({number for pair in pairs if pair in oracle.held() for number in pair})
    elif step.code == "not-declared":
        assert step.entries
        assert {oracle.vertex(number) for number in step.entries} <= set(oracle.missing)
    elif step.code == "ok":
        left_out = ambiguous_codes(oracle, step.base, step.target)
        expected = [code for code in codes(oracle, step.base, step.target, at) if code not in left_out]
        assert [w.code for w in step.warnings if w.code not in left_out] == expected
    assert bool(step.warnings) <= (step.code == "ok")


@reaching("a last stop with one descriptor")
@given(situations(), st.booleans(), st.data())
def test_the_verdict_follows_from_the_steps(situation, through_removed, data):
    """On plans of two to six entries, half of them along declared steps."""
    known, at = situation
    oracle = Oracle(known, at, through_removed=through_removed)
    plan = data.draw(plans(oracle, known.numbers))
    found = check(terrain(known), *plan, at=at, through_removed=through_removed)
    event(found.verdict)
    assert [(step.base, step.target) for step in found.steps] == list(pairwise(plan))
    assert [step.code for step in found.steps] == [Conditions(oracle, *pair).code for pair in pairwise(plan)]
    assert found.verdict == verdict(oracle, plan, at)
    assert found.text.startswith(f"{found.verdict}: ")
    assert "\n" not in found.text
    if unambiguous(oracle, plan[-1]):
        reached("a last stop with one descriptor")
        assert bool(found.unfinished) == unfinished(oracle, plan[-1])


@st.composite
def plans(draw, oracle, numbers):
    """A plan with random entries, or with entries to which declared steps lead."""
    plan = [draw(st.sampled_from(numbers))]
    for _ in range(draw(st.integers(1, 5))):
        following = sorted(target for base, target in oracle.steps() if base == plan[-1])
        plan.append(draw(st.sampled_from(following if following and draw(st.integers(0, 3)) else numbers)))
    return plan


def unambiguous(oracle, entry):
    """Whether all twins of an entry have the same descriptor."""
    return entry not in oracle.entries or len({oracle.entries[n].image_descriptor for n in oracle.vertex(entry)}) == 1


CHAIN = (*(revision(n) for n in range(1, 5)), declaration(1), *(declaration(n, n - 1) for n in (2, 3, 4)))


def test_a_right_plan_is_go():
    """Every step is declared, and its target listed."""
    found = check(world(*CHAIN), 1, 2, 3, 4)
    assert (found.verdict, [step.code for step in found.steps]) == ("go", ["ok"] * 3)
    assert found.text == "go: every step is declared, and its image listed."


def test_a_missing_stop_is_named():
    """`not-a-base`, with the missing stops and the complete pathway."""
    found = check(world(*CHAIN), 1, 4)
    (step,) = found.steps
    assert (found.verdict, step.code) == ("stop", "not-a-base")
    assert (step.entries, step.steps) == ([six(2), six(3)], [six(n) for n in (1, 2, 3, 4)])
    assert (
        found.text == "stop: 000001 → 000004: not-a-base. 000001 is not a base of 000004: first to 000002, then 000003."
    )


def test_a_declared_step_beside_a_longer_pathway_is_ok():
    """The longer pathway does not matter."""
    given = world(revision(1), revision(2), revision(3), declaration(2, 1), declaration(3, 1, 2))
    assert only_step(given, 1, 3).code == "ok"


def test_a_step_back_is_the_wrong_order():
    """A route leads from the target to the base, even if the target is removed or awaits acceptance."""
    step = only_step(world(*CHAIN), 4, 1)
    assert (step.code, step.steps) == ("wrong-order", [six(n) for n in (1, 2, 3, 4)])
    assert only_step(world(revision(1, status="Removed"), *CHAIN[1:]), 2, 1).code == "wrong-order"
    other = world(revision(1), revision(2, "B"), declaration(1, 2), declaration(2, 1), acceptance(1, 2, "A", "B"))
    assert only_step(other, 2, 1).code == "wrong-order"


def test_a_base_that_is_held():
    """Named by the declared pair, also for a twin; before removed entries and other hardware."""
    given = world(revision(1, "B"), revision(2), declaration(2, 1), revision(3, "B", fw="1", image="1"))
    for base in (1, 3):
        step = only_step(given, base, 2)
        assert (step.code, step.entries) == ("held", [six(1), six(2)])
        assert "of another device model" in step.text
    removed = world(revision(1, "B"), revision(2, status="Removed"), declaration(2, 1))
    assert only_step(removed, 1, 2).code == "held"
    accepted = world(revision(1, "B"), revision(2), declaration(2, 1), acceptance(1, 2))
    step = only_step(accepted, 1, 2)
    assert (step.code, [w.code for w in step.warnings]) == ("ok", ["identity-change"])


def test_a_target_that_is_not_listed():
    """Removed, except in a question through removed entries; or on no list yet."""
    given = world(revision(1), revision(2, status="Removed"), declaration(2, 1))
    assert only_step(given, 1, 2).code == "not-listed"
    assert only_step(given, 1, 2, through_removed=True).code == "ok"
    later = world(*CHAIN, revision(9, since=CHAIN[0].valid_from.replace(year=2030)))
    for pair in ((1, 9), (9, 1), (9, 9)):
        step = only_step(later, *pair)
        assert (step.code, step.entries) == ("not-listed", [six(9)])


def test_an_entry_of_another_device_model():
    """Not declared as a base, even if a missing declaration could make a longer pathway."""
    assert only_step(world(*CHAIN, revision(7, "B")), 1, 7).code == "other-device-model"
    over = world(revision(1), revision(2), revision(3, "B"), declaration(3, 2), acceptance(2, 3, "A", "B"))
    assert only_step(over, 1, 3).code == "other-device-model"


def test_an_undeclared_entry_gives_ask():
    """The target is undeclared, or an undeclared entry could be the missing stop."""
    given = world(*CHAIN, revision(5))
    found = check(given, 1, 2, 5)
    assert (found.verdict, [step.code for step in found.steps]) == ("ask", ["ok", "not-declared"])
    assert found.steps[1].entries == [six(5)]
    assert "Ask the manufacturer (FE01)" in found.text
    step = only_step(world(revision(1), revision(5), revision(6), declaration(6, 5)), 1, 6)
    assert (step.code, step.entries) == ("not-declared", [six(5)])
    assert "000006 is declared, and 000001 is not among its bases" in step.text


def test_a_wrong_step_comes_before_an_undeclared_one():
    """One wrong step stops a plan. The text names the first fault and counts the others."""
    found = check(world(*CHAIN, revision(5)), 4, 5, 2, 1)
    assert [step.code for step in found.steps] == ["not-declared", "no-way", "wrong-order"]
    assert found.verdict == "stop"
    assert found.text.startswith("stop: 000005 → 000002: no-way. ")
    assert found.text.endswith(" And 1 more.")


@pytest.mark.parametrize(("image", "hashed"), [("1", True), ("", False)])
def test_twins_are_already_there(image, hashed):
    """There is nothing to do. The text says if no image hash proves that both are one."""
    given = world(revision(1, image=image), revision(2, fw="1", image=image))
    found = check(given, 1, 2, 2)
    assert (found.verdict, {step.code for step in found.steps}) == ("go", {"already-there"})
    assert found.text == "go: there is nothing to do."
    assert ("nothing proves" in found.steps[0].text) != hashed


def test_a_step_is_judged_by_the_entries_of_the_plan():
    """Declared for the one entry, and by twin for the other."""
    given = world(revision(1), revision(2, fw="1", image="1"), revision(3), declaration(3, 2))
    found = check(given, 1, 2, 3)
    assert [(step.base, step.code) for step in found.steps] == [(six(1), "already-there"), (six(2), "ok")]
    assert found.steps[1].warnings == []
    assert [w.code for w in only_step(given, 1, 3).warnings] == ["by-twin"]


def test_a_plan_that_ends_on_a_fragment_is_unfinished():
    """Fragment 1 of 2 is no place to stop; fragment 2 of 2 is."""
    rows = [
        revision(1),
        revision(2, image_descriptor="Fragment 1 of 2"),
        revision(3, image_descriptor="Fragment 2 of 2"),
    ]
    given = world(*rows, declaration(2, 1), declaration(3, 2))
    found = check(given, 1, 2)
    assert (found.verdict, found.steps[0].code) == ("stop", "ok")
    assert (found.unfinished.entry, found.unfinished.fragment, found.unfinished.fragments) == (six(2), 1, 2)
    assert found.text == "stop: The plan ends on 000002, which is fragment 1 of 2: do not stop there."
    whole = check(given, 1, 2, 3)
    assert (whole.verdict, whole.unfinished) == ("go", None)
    assert "Read the warnings: 2." in whole.text


def test_a_step_that_cannot_be_performed_stops_a_plan():
    """The list has no image to send, so the meter would stay where it is."""
    found = check(world(revision(1), revision(2, image=""), declaration(2, 1)), 1, 2)
    assert (found.verdict, found.steps[0].code) == ("stop", "ok")
    assert "cannot be sent and activated" in found.text


def test_a_meter_that_runs_one_of_several_entries():
    """The verdicts agree, or there is no common verdict."""
    given = world(*CHAIN, revision(5), declaration(5, 1, 2), revision(6, "B"))

    def of_any(starts, *targets):
        return common_judgement([check(given, start, *targets) for start in starts])

    assert of_any([1, 2], 5).verdict == "go"
    assert of_any([1], 3) == check(given, 1, 3)
    assert of_any([1, 2], 4) is None  # both are no base, but other stops are missing
    assert of_any([2, 1], 3) is None
    assert of_any([3, 4], 1).verdict == "stop"
    assert of_any([1, 6], 3, 4) is None


def test_a_device_that_may_run_one_of_several_entries():
    """Stop if every verdict is stop; ask if the verdicts differ, or if the entry is unknown."""
    given = world(*CHAIN, revision(5), declaration(5, 1, 2), revision(6, "B"))

    def plan(starts, *targets):
        return judge_device_plans(
            [check(given, start, *targets) for start in starts], [f"{n:06}" for n in starts], "Read it."
        )

    assert plan([1, 2], 5).verdict == "go"
    assert (plan([1, 2], 4).verdict, plan([1, 2], 4).steps) == ("stop", [])
    assert plan([1, 2], 4).text.startswith("stop: if it runs 000001, stop: ")
    assert plan([2, 1], 3).verdict == "ask"
    assert (plan([], 3).verdict, plan([], 3).text) == ("ask", "ask: nobody can say what the device runs. Read it.")
