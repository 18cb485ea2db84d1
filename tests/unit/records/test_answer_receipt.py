"""The content of the receipts of plans and devices: codes and entries, and no text."""

from service.domain.clock import iso
from service.rules.records.answer_receipt import answer_content, plan_values, resolution_values
from service.rules.records.rules_version import RULES_VERSION
from service.schemas.responses.holds_until import EffectiveDateCause, HoldsUntil
from service.schemas.responses.plan_check import MissingFragments, PlanCheck
from tests.unit.answers.test_plan_check import check
from tests.unit.device_answers import STATED, resolve
from tests.worlds import NOW, declaration, revision, world

LINE = world(*map(revision, (1, 2, 3)), declaration(1), declaration(2, 1), declaration(3, 2))


def checked(*entries):
    """The check of a plan in a chain of three entries."""
    return PlanCheck(**vars(check(LINE, *entries)), updated=None, **STATED)


def test_a_plan_is_its_verdict_and_the_code_of_each_step():
    """No text, no warning."""
    assert plan_values(checked(1, 2, 3)) == {
        "verdict": "go",
        "steps": [
            {"base": "000001", "target": "000002", "code": "ok"},
            {"base": "000002", "target": "000003", "code": "ok"},
        ],
        "unfinished": None,
        "device": None,
    }
    assert [step["code"] for step in plan_values(checked(1, 3))["steps"]] == ["not-a-base"]


def test_a_device_is_its_outcome_its_matches_and_the_pathway_or_the_targets():
    """A device without a match has neither."""
    base = {"manufacturer": "FE01", "firmware_version": LINE.revisions[0].firmware_version}
    found = resolution_values(resolve(LINE, base, to="000003"))
    assert (found["outcome"], found["matches"]) == ("route", [{"entry": "000001", "outcome": "route"}])
    assert [(step["base"], step["target"]) for step in found["steps"]] == [("000001", "000002"), ("000002", "000003")]
    onward = resolution_values(resolve(LINE, base))
    assert (onward["targets"], onward["standing"]) == (
        [{"entry": "000002", "steps": 1}, {"entry": "000003", "steps": 2}],
        "onward",
    )
    assert resolution_values(resolve(LINE, base | {"manufacturer": "FE09"}, to="000003")) == {
        "outcome": "unknown-device",
        "matches": [],
        "steps": None,
        "targets": None,
        "standing": None,
        "reasons": [],
    }


def test_the_content_has_the_question_and_both_instants():
    """With the version of the rules, the list and the head of the chain."""
    plan = checked(1, 2)
    assert answer_content({"steps": ["000001", "000002"]}, plan, "0" * 64) == {
        "kind": "check",
        "format": 1,
        "rules": RULES_VERSION,
        "question": {"steps": ["000001", "000002"]},
        "at": iso(NOW),
        "known_at": iso(NOW),
        "list_version": STATED["list_version"],
        "answer": plan_values(plan),
        "holds_until": None,
        "head": "0" * 64,
    }


def test_the_content_has_the_end_of_the_answer():
    """Of a device its outcome from then on, of a plan its verdict."""
    device, plan = resolve(LINE, {"manufacturer": "FE01", "firmware_version": "00000001"}), checked(1, 2)
    for answer, kind, outcome in ((device, "resolve", "ambiguous"), (plan, "check", "stop")):
        end = HoldsUntil(at=NOW, outcome=outcome, cause=EffectiveDateCause(list_version="1.2"))
        content = answer_content({}, answer.model_copy(update={"holds_until": end}), "0" * 64)
        cause = {"kind": "time", "list_version": "1.2"}
        assert (content["kind"], content["holds_until"]) == (kind, {"at": iso(NOW), "outcome": outcome, "cause": cause})


def test_an_unfinished_plan_and_the_device_of_a_plan_are_signed():
    """The entry of the fragment, and the values of the answer for the device."""
    device = resolve(LINE, {"manufacturer": "FE01", "firmware_version": "00000001"})
    warning = MissingFragments(entry="000002", fragment=1, fragments=2, text="")
    values = plan_values(checked(1, 2).model_copy(update={"unfinished": warning, "device": device}))
    assert (values["unfinished"], values["device"]) == ("000002", resolution_values(device))
