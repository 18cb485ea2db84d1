"""Every fixed sentence of an answer is read back, and what it claims is compared with the facts and the outcome."""

from itertools import pairwise, product
from typing import get_args

from hypothesis import example, given, settings
from hypothesis import strategies as st

from service.domain.clock import END
from service.rules.answers import device_standing, plan_check, reasons, warnings
from service.rules.answers.device_answer import answer_from_reach
from service.rules.pathfinding.snapshot import RecordedIdentity
from service.schemas.responses.plan_check import StepCode
from tests.properties import share
from tests.reached import reaching
from tests.unit.questions import ask, setting
from tests.unit.sentences.answers import REASONS, STANDINGS, Case
from tests.unit.sentences.plans import GO, PLAN, PlanCase
from tests.unit.sentences.steps import WARNINGS
from tests.worlds import (
    DATES,
    NOW,
    acceptance,
    declaration,
    hardware,
    revision,
    situations,
    six,
    terrain,
    world,
)

FEW = 7
REMOVED = {"status": "Removed"}
THREE = [*map(revision, (1, 2, 3))]
WORLDS = [
    world(*THREE, declaration(1), declaration(2, 1)),
    world(*THREE, declaration(3, 2), revision(4, "C"), declaration(2, 4)),
    world(*THREE, declaration(1), declaration(2, 1), declaration(3)),
    world(*THREE, declaration(1, 2), declaration(2, 1), declaration(3, 2), revision(4), declaration(4, 1, 3)),
    world(revision(1), revision(2, **REMOVED), revision(3), declaration(1), declaration(2, 1), declaration(3, 2)),
    world(*THREE[:1], revision(2, "B"), declaration(1), declaration(2, 1), revision(3, "B"), declaration(3, 2)),
    world(
        *THREE[:1], revision(2, "B"), revision(3, "B"), declaration(1), declaration(2, 1), acceptance(1, 2, "A", "B"),
    ),
    world(*THREE[:1], revision(2, until=DATES[2]), revision(2, since=DATES[2], **REMOVED), declaration(2, 1)),
    world(*THREE[:1], revision(2, since=NOW.replace(year=2025)), declaration(2, 1)),
    world(*THREE, revision(4, fw=1, image=1), declaration(2, 4), declaration(1), declaration(3, 2)),
    world(*THREE[:2], revision(6, fw=2, image=2), declaration(1), declaration(6, 1), revision(3, fw=2, image="A1")),
    world(*THREE[:2], declaration(2, 1), revision(3, fw=2, image="A1"), revision(4, fw=2, image="A2")),
    world(*THREE[:2], declaration(2, 1), revision(3, fw=2, image=""), revision(4, fw=2, image=""), declaration(4, 1)),
    world(*THREE, revision(4, fw=3, image=3), declaration(4, 2), declaration(1)),
    world(*THREE, revision(4, fw=3, image=3), declaration(4, 2), declaration(1), declaration(3)),
    world(
        *THREE[:1], revision(2, "F"), revision(3, "F", image_descriptor="Fragment 1 of 2 of version 4.8.0"),
        declaration(2, 1), declaration(3, 2, 1), acceptance(1, 2, "A", "F"),
    ),
    world(
        *THREE[:1], revision(2, **REMOVED), revision(3, cpa_number="[E] X1", cpa_date="2022-10-15"),
        declaration(2, 1), declaration(3, 2), beliefs={
            six(2): [RecordedIdentity(DATES[0], END, (hardware("A"), "0" * 8, ""))]
        },
    ),
    world(revision(1), revision(2, "F", fw=1, image=1), declaration(2, 1), declaration(1)),
    world(*THREE, revision(4, fw=3, image=3), declaration(1), declaration(3), declaration(4)),
    world(
        *(revision(nth, fw=1, image="") for nth in (1, 2)), revision(3, "B", fw=3, image=""), declaration(1),
        declaration(3, 1, 2), acceptance(2, 3, "A", "B"),
    ),
]  # fmt: skip
"""By hand: a world for each sentence, so that no sentence is reached by chance alone."""


def on_worlds(*arguments):
    """Decorator below `given`: runs the property on all hand-made worlds first, so that each sentence is reached."""

    def decorated(test):
        for known in WORLDS:
            test = example((known, NOW), *arguments)(test)
        return test

    return decorated


def test_every_code_has_its_claims():
    """A code that is new has no claim here; a code that is gone has one too many."""
    assert REASONS.sentences.keys() == reasons._RULES.keys()
    assert STANDINGS.sentences.keys() == device_standing._RULES.keys()
    assert WARNINGS.sentences.keys() == warnings._RULES.keys()
    assert PLAN.sentences.keys() == plan_check._RULES.keys() == set(get_args(StepCode))


@reaching(*REASONS.cases)
@settings(max_examples=share(5, 5))
@given(situations(most=FEW), st.booleans())
@on_worlds(False)
def test_reasons(situation, through_removed):
    """Of all pairs of entries without a route, also where an entry is on no list."""
    known, at = situation
    fetched = terrain(known)
    for base, target in product(known.numbers, repeat=2):
        answer = ask(fetched, base, target, at=at, through_removed=through_removed)
        case = Case(known, at, base, target, answer.outcome, through_removed=through_removed)
        for reason in answer.reasons:
            REASONS.check(reason.code, reason.text, case)


@reaching(*STANDINGS.cases)
@settings(max_examples=share(5, 5))
@given(situations(most=FEW), st.booleans())
@on_worlds(False)
def test_standings(situation, through_removed):
    """Of all entries from which nothing is reachable."""
    known, at = situation
    fetched = terrain(known)
    for base in known.numbers:
        context = setting(fetched, base, base, at=at, through_removed=through_removed)
        answer = answer_from_reach(context)
        case = Case(known, at, base, base, answer.outcome, through_removed=through_removed)
        for reason in answer.reasons:
            STANDINGS.check(reason.code, reason.text, case)


@reaching(*WARNINGS.cases)
@settings(max_examples=share(5, 5))
@given(situations(most=FEW), st.booleans())
@on_worlds(False)
def test_warnings(situation, through_removed):
    """Of all steps of all routes."""
    known, at = situation
    fetched = terrain(known)
    for base, target in product(known.numbers, repeat=2):
        for step in ask(fetched, base, target, at=at, through_removed=through_removed).steps:
            case = Case(known, at, step.base, step.target, "route", through_removed=through_removed)
            for warning in step.warnings:
                WARNINGS.check(warning.code, warning.text, case)


@reaching(*PLAN.cases, *GO.cases)
@settings(max_examples=share(5, 5))
@given(situations(most=FEW), st.booleans())
@on_worlds(True)
@on_worlds(False)
def test_plans(situation, through_removed):
    """Of all plans of one step, and of some of two; the verdict tells the first fault or doubt in its own words."""
    known, at = situation
    fetched = terrain(known)

    def context(base, target):
        return setting(fetched, base, target, at=at, through_removed=through_removed)

    plans = [*product(known.numbers, repeat=2), *((*pair, pair[1]) for pair in product(known.numbers[:3], repeat=2))]
    for plan in plans:
        found = plan_check.judge_plan(plan, context)
        asked = [(context(*ends), *ends) for ends in pairwise(plan)]
        cases = [Case(known, at, *ends, c.outcome, through_removed=through_removed) for c, *ends in asked]
        for step, case in zip(found.steps, cases, strict=True):
            PLAN.check(step.code, step.text, case)
        if found.verdict == "go":
            GO.check("go", found.text, PlanCase(cases, sum(len(step.warnings) for step in found.steps)))
        else:
            assert found.text.startswith(f"{found.verdict}: ")
            texts = [*(step.text for step in found.steps), *(w.text for step in found.steps for w in step.warnings)]
            assert any(text in found.text for text in [*texts, *([found.unfinished.text] if found.unfinished else [])])
