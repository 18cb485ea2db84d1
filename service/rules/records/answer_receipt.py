"""Builds the content of the receipts of checked upgrade plans and of answers for devices: codes and entries alone."""

from collections.abc import Iterable
from typing import Any

from service.domain.clock import iso
from service.rules.records.receipt import end_values, step_values
from service.rules.records.rules_version import RULES_VERSION
from service.schemas.responses.answer_receipts import ANSWER_FORMAT, AnswerKind
from service.schemas.responses.devices import Resolution
from service.schemas.responses.pathways import Reason
from service.schemas.responses.plan_check import PlanCheck


def answer_content(question: dict[str, Any], answer: PlanCheck | Resolution, head: str) -> dict[str, Any]:
    """Returns the content of a receipt (a signed answer) for signing, without the id of the key.

    `question` is the body of the request as plain JSON values; `head` is the head of the chain of amendments.
    """
    kind, values = _kind_and_values(answer)
    return {
        "kind": kind,
        "format": ANSWER_FORMAT,
        "rules": RULES_VERSION,
        "question": question,
        "at": iso(answer.at),
        "known_at": iso(answer.known_at),
        "list_version": answer.list_version,
        "answer": values,
        "holds_until": end_values(answer.holds_until),
        "head": head,
    }


def _kind_and_values(answer: PlanCheck | Resolution) -> tuple[AnswerKind, dict[str, Any]]:
    if isinstance(answer, PlanCheck):
        return "check", plan_values(answer)
    return "resolve", resolution_values(answer)


def resolution_values(resolution: Resolution) -> dict[str, Any]:
    """Returns the answer for a device as plain JSON values: the outcome, the matches, and the pathway or targets."""
    pathway, targets = resolution.pathway, resolution.targets
    return {
        "outcome": resolution.outcome,
        "matches": [{"entry": match.number, "outcome": match.outcome} for match in resolution.matches],
        "steps": pathway and step_values(pathway.steps),
        "targets": targets and [{"entry": target.entry, "steps": target.steps} for target in targets],
        "standing": resolution.standing,
        "reasons": _codes(pathway.reasons if pathway else resolution.reasons),
    }


def plan_values(plan: PlanCheck) -> dict[str, Any]:
    """Returns the check of an upgrade plan as plain JSON values: the verdict, the code of each step, and the answer for
    the device if the plan has one.
    """
    return {
        "verdict": plan.verdict,
        "steps": [{"base": step.base, "target": step.target, "code": step.code} for step in plan.steps],
        "unfinished": plan.unfinished and plan.unfinished.entry,
        "device": plan.device and resolution_values(plan.device),
    }


def _codes(reasons: Iterable[Reason]) -> list[str]:
    return [reason.code for reason in reasons]
