"""Builds the content of a receipt (a signed pathway answer), writes it as canonical JSON, and compares two receipts."""

import hashlib
import json
from typing import Any

from service.domain.clock import iso
from service.rules.records.rules_version import RULES_VERSION
from service.schemas.responses.answer_receipts import AnswerReceipt
from service.schemas.responses.holds_until import HoldsUntil
from service.schemas.responses.pathways import Pathway, PathwayStep
from service.schemas.responses.receipts import FORMAT, Receipt, ReceiptDifference

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
COMPARED_FIELDS = (
    "known_at",
    "list_version",
    "outcome",
    "steps",
    "alternatives",
    "reasons",
    "answer",
    "holds_until",
    "head",
)


def receipt_content(answer: Pathway, through_removed: bool, alternatives: int, head: str) -> dict[str, Any]:
    """Returns the content of a receipt (a signed pathway answer) for signing, without the id of the key: plain JSON
    values, instants as text.
    """
    return {
        "format": FORMAT,
        "rules": RULES_VERSION,
        "question": {
            "from": answer.from_,
            "to": answer.to,
            "through_removed": through_removed,
            "alternatives": alternatives,
        },
        "at": iso(answer.at),
        "known_at": iso(answer.known_at),
        "list_version": answer.list_version,
        "outcome": answer.outcome,
        "steps": step_values(answer.steps),
        "alternatives": [step_values(path) for path in answer.alternatives],
        "reasons": [reason.code for reason in answer.reasons],
        "holds_until": end_values(answer.holds_until),
        "head": head,
    }


def end_values(end: HoldsUntil | None) -> dict[str, Any] | None:
    """Returns the end of the time for which an answer holds as plain JSON values; None where the answer has no end."""
    return end.model_dump(mode="json") if end else None


def step_values(steps: list[PathwayStep]) -> list[dict[str, str | None]]:
    """Returns the steps of a path as plain JSON values."""
    return [{"base": step.base, "target": step.target, "image_hash": step.image_hash} for step in steps]


def canonical_json(value: dict[str, Any]) -> bytes:
    """Returns the bytes that a signature covers: JSON with sorted names and no white space, in UTF-8."""
    return _CANONICAL(value).encode()


def signed_content(receipt: Receipt | AnswerReceipt) -> dict[str, Any]:
    """Returns the part of a receipt (a signed pathway answer) that its signature covers: all its fields except the
    signature.
    """
    return receipt.model_dump(mode="json", by_alias=True, exclude={"signature"}, exclude_unset=True)


def receipt_id(receipt: Receipt | AnswerReceipt) -> str:
    """Returns the id of a receipt (a signed pathway answer): the first 32 hex digits of the SHA-256 of its signed
    content. The same question at the same instants gives the same id as long as the rules and the key stay.
    """
    return hashlib.sha256(canonical_json(signed_content(receipt))).hexdigest()[:32]


def receipt_differences(then: dict[str, Any], now: dict[str, Any]) -> list[ReceiptDifference]:
    """Returns the fields whose values differ between two receipts (signed pathway answers). Leaves out fields that
    `then` lacks.
    """
    names = [name for name in COMPARED_FIELDS if name in then and then[name] != now[name]]
    return [ReceiptDifference(field=name, then=then[name], now=now[name]) for name in names]
