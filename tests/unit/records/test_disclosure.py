"""Earlier answers compared with present ones: the rules alone. The whole service: tests/api/test_disclosures_impact."""

from dataclasses import replace
from datetime import timedelta

import pytest

from service.rules.records.disclosure import (
    disclosure_row,
    is_unchanged,
    order_key,
    stored_organisation,
    summarise_pathway,
    summarise_plan_step,
)
from service.schemas.responses.disclosures import AnswerSummary, Disclosure, DisclosureRow
from service.schemas.responses.plan_check import PlanCheck
from tests.unit.answers.test_plan_check import check
from tests.unit.device_answers import STATED
from tests.unit.impacts import chain
from tests.unit.questions import ask
from tests.worlds import NOW, declaration, revision, world

ROUTE = ("000001", "000002", "000003")
SAID = AnswerSummary(NOW, "1.0", "route", ";".join(ROUTE))
TELLING = Disclosure("Us", "pathway", "000001", "000003", False, False, NOW, SAID, NOW)


def kept(kind, outcome, entries=()):
    """What was told, as it is kept."""
    said = AnswerSummary(NOW, "1.0", outcome, ";".join(entries))
    return DisclosureRow(**disclosure_row(replace(TELLING, kind=kind, said=said)))


@pytest.mark.parametrize("kind", ["pathway", "batch", "resolve"])
def test_a_pathway_is_still_so_by_outcome_and_route(kind):
    """Another route is another answer, and so is another kind of no."""
    assert is_unchanged(kept(kind, "route", ROUTE), ("route", ROUTE))
    assert not is_unchanged(kept(kind, "route", ROUTE), ("route", ("000001", "000003")))
    assert not is_unchanged(kept(kind, "none"), ("unknown", ()))
    assert is_unchanged(kept(kind, "none"), ("none", ()))
    assert not is_unchanged(kept(kind, "route", ROUTE), ("none", ()))


STEP, NO = ("000001", "000003"), ()
CODES = {
    "ok": [("route", STEP)],
    "not-a-base": [("route", ROUTE)],
    "already-there": [("already-there", NO)],
    "not-declared": [("unknown", NO)],
    "no-way": [("none", NO)],
    "held": [("none", NO), ("unknown", NO)],
    "wrong-order": [("none", NO), ("unknown", NO)],
    "not-listed": [("none", NO), ("unknown", NO)],
    "other-device-model": [("none", NO), ("unknown", NO)],
}
ANSWERS = [("route", STEP), ("route", ROUTE), ("already-there", NO), ("none", NO), ("unknown", NO)]


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_a_step_of_a_plan_is_still_so_by_its_code(code, answer):
    """A code speaks of a route, of none, of a doubt; where it does not say which of the last two, both will do."""
    way = {"ok": STEP, "not-a-base": ROUTE}.get(code, NO)
    assert is_unchanged(kept("check", code, way), answer) == (answer in CODES[code])


OTHERWISE = [
    {"organisation": "Them"},
    {"kind": "batch"},
    {"base": "000002"},
    {"target": "000002"},
    {"through_removed": True},
    {"dated": True},
    {"answered": NOW + timedelta(days=1)},
    {"said": replace(SAID, outcome="none")},
    {"said": replace(SAID, entries="000001;000003")},
    {"said": replace(SAID, known_at=NOW - timedelta(days=1))},
    {"said": replace(SAID, verdict="go")},
    {"said": replace(SAID, sha256="0")},
]


@pytest.mark.parametrize("other", OTHERWISE, ids=str)
def test_what_is_not_the_same_is_a_row_of_its_own(other):
    """All that was asked and said, the day, and what was known."""
    assert disclosure_row(replace(TELLING, **other))["id"] != disclosure_row(TELLING)["id"]


def test_what_is_told_again_is_the_same_row():
    """Later that day, as of another instant, with another signature."""
    later = NOW + timedelta(hours=9)
    again = replace(TELLING, at=later, answered=later, receipt="{}")
    assert disclosure_row(again)["id"] == disclosure_row(TELLING)["id"]
    dated = replace(TELLING, dated=True)
    assert disclosure_row(replace(dated, answered=later))["id"] == disclosure_row(dated)["id"]
    assert disclosure_row(replace(dated, at=later))["id"] != disclosure_row(dated)["id"]


def test_turns_are_in_the_order_of_the_instants():
    """Whether they have microseconds or not."""
    instants = [NOW + timedelta(microseconds=step) for step in (0, 1, 10, 999_999, 1_000_000)]
    assert [order_key(one, "f") for one in instants] == sorted(order_key(one, "f") for one in instants)
    assert order_key(instants[1]) > order_key(instants[0], "f") > order_key(instants[0])


def test_a_row_has_all_that_was_asked_and_said():
    """Under the names of the graph; a name that a graph cannot store is replaced, and its id is that of the name."""
    said = AnswerSummary(NOW, "1.0", "route", "000001;000003", "go", "f" * 64)
    later = NOW + timedelta(hours=1)
    given = Disclosure("Us\ud800", "check", "000001", "000003", True, True, NOW, said, later, "{}")
    row = disclosure_row(given)
    assert {name: value for name, value in row.items() if name not in ("id", "turn")} == {
        "organisation": "Us?",
        "kind": "check",
        "base": "000001",
        "target": "000003",
        "through_removed": True,
        "dated": True,
        "at": NOW,
        "known_at": NOW,
        "list_version": "1.0",
        "outcome": "route",
        "entries": "000001;000003",
        "verdict": "go",
        "receipt": "{}",
        "sha256": "f" * 64,
        "answered": later,
    }
    assert row["turn"] == order_key(later, row["id"])
    assert disclosure_row(replace(given, organisation="Us?"))["id"] == row["id"]
    assert stored_organisation("Zoë") == "Zoë"


def test_a_pathway_is_kept_as_its_outcome_and_its_entries():
    """From the base on; without a route there are none."""
    line = chain(1, 2, 3)
    assert summarise_pathway(ask(line, 1, 3)) == AnswerSummary(NOW, "1.0", "route", "000001;000002;000003")
    assert summarise_pathway(ask(line, 3, 1)) == AnswerSummary(NOW, "1.0", "none")


def test_a_step_of_a_plan_is_kept_as_its_code_and_the_entries_that_prove_it():
    """Both ends of a step that is right, the whole route of one that leaves out stops, with the verdict of the plan."""
    line = world(*chain(1, 2, 3).revisions, *chain(1, 2, 3).declarations, revision(4), declaration(4))
    expected = {
        (1, 2): ("ok", "000001;000002", "go"),
        (1, 3): ("not-a-base", "000001;000002;000003", "stop"),
        (1, 4): ("no-way", "", "stop"),
    }
    for pair, (code, entries, verdict) in expected.items():
        plan = PlanCheck(**vars(check(line, *pair)), updated=None, **STATED)
        assert summarise_plan_step(plan, plan.steps[0]) == AnswerSummary(NOW, "1.0", code, entries, verdict)
