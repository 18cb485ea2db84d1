"""Parses receipts (signed answers), and verifies them by computing the answers again (design 5)."""

from typing import Any, Literal

from pydantic import ValidationError

from service.application.pathways.answer_receipts import answer_content_now
from service.application.pathways.graph_cache import GraphCache
from service.application.pathways.pathways import get_pathway
from service.domain.as_of import ResolveAsOf
from service.domain.json_text import parse_json
from service.errors import EntryNotFound, InvalidQuestion, ReceiptRefused
from service.rules.records.receipt import (
    canonical_json,
    receipt_content,
    receipt_differences,
    receipt_id,
    signed_content,
)
from service.rules.records.rules_version import RULES_VERSION
from service.schemas.invalid_fields import invalid_fields, validation_sentence
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.responses.answer_receipts import ANSWER_FORMAT, AnswerReceipt
from service.schemas.responses.problems import InvalidField
from service.schemas.responses.receipts import FORMAT, Receipt, ReceiptDifference, ReceiptResult, ReceiptVerdict
from service.security.receipt_keys import Keyring

AnyReceipt = Receipt | AnswerReceipt
"""A receipt of a pathway, or one of a checked plan or of the answer for a device, which has a `kind`."""

MAX_RECEIPT_BYTES = 5_000_000
"""The largest receipt accepted. A receipt has some 150 bytes for each step, so that no pathway comes near this limit.
"""
_MAX_FAULTS = 10


def read_receipt(text: bytes) -> AnyReceipt:
    """Parses a receipt (a signed answer) from JSON, without verifying its signature. Raises ReceiptRefused with
    all faults in it.
    """
    if len(text) > MAX_RECEIPT_BYTES:
        raise _refused_as("request", f"a receipt has at most {MAX_RECEIPT_BYTES:,} bytes")
    try:
        fields = parse_json(text, _refuse_constant)
        return _parse_fields(fields)
    except ValidationError as error:
        raise _refused(*invalid_fields(error.errors(include_url=False)[:_MAX_FAULTS])) from error
    except (ValueError, RecursionError) as error:
        detail = "it is nested too deeply" if isinstance(error, RecursionError) else f"it is not JSON: {error}"
        raise _refused_as("request", detail[:200]) from error


def _parse_fields(fields: Any) -> AnyReceipt:
    if not (isinstance(fields, dict) and "kind" in fields):
        _require_known_format(fields, FORMAT)
        return Receipt.model_validate(fields)
    _require_known_format(fields, ANSWER_FORMAT)
    receipt = AnswerReceipt.model_validate(fields)
    canonical_json(signed_content(receipt))  # raises RecursionError, or ValueError for what no text can hold
    return receipt


def _require_known_format(fields: Any, newest: int) -> None:
    """Raises ReceiptRefused for a format newer than this version reads, before its unknown fields cause misleading
    errors.
    """
    number = fields.get("format") if isinstance(fields, dict) else None
    if isinstance(number, int) and number > newest:
        detail = f"format {str(number)[:20]} is newer than {newest}, the newest that this version reads"
        raise _refused_as("format", detail)


def _refuse_constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _refused_as(where: str, detail: str) -> ReceiptRefused:
    return _refused(InvalidField(where=where, detail=detail))


def _refused(*fields: InvalidField) -> ReceiptRefused:
    return ReceiptRefused(validation_sentence(fields), errors=[field.model_dump() for field in fields])


def verify_receipt(cache: GraphCache, resolve_as_of: ResolveAsOf, keys: Keyring, receipt: AnyReceipt) -> ReceiptVerdict:
    """Checks a receipt (a signed answer): whether a key of this service signed it, and whether the service
    computes the same answer now.

    The service computes the answer by the facts recorded by the receipt's `known_at`.
    """
    content = signed_content(receipt)
    if not keys.has_key(receipt.key):
        return _not_ours(receipt, "unknown-key", "No key of this service has that id: it did not give this receipt.")
    if not keys.verifies(receipt.key, receipt.signature, canonical_json(content)):
        return _not_ours(receipt, "bad-signature", "The signature does not fit: this is not what the service said.")
    differences = _differences_now(cache, resolve_as_of, receipt, content)
    result, text = _result(receipt.rules, differences)
    return ReceiptVerdict(
        id=receipt_id(receipt), result=result, reason=None, same=not differences, differences=differences, text=text
    )


def _not_ours(receipt: AnyReceipt, reason: Literal["unknown-key", "bad-signature"], text: str) -> ReceiptVerdict:
    return ReceiptVerdict(
        id=receipt_id(receipt), result="not-ours", reason=reason, same=None, differences=[], text=text
    )


def _differences_now(
    cache: GraphCache, resolve_as_of: ResolveAsOf, receipt: AnyReceipt, then: dict[str, Any]
) -> list[ReceiptDifference]:
    try:
        if isinstance(receipt, AnswerReceipt):
            return receipt_differences(then, answer_content_now(cache, resolve_as_of, receipt))
        return receipt_differences(then, _pathway_content_now(cache, resolve_as_of, receipt))
    except (InvalidQuestion, EntryNotFound) as error:
        return [ReceiptDifference(field="problem", then=None, now=error.slug)]


def _pathway_content_now(cache: GraphCache, resolve_as_of: ResolveAsOf, receipt: Receipt) -> dict[str, Any]:
    """Returns the content of a receipt as the service computes it now, for the question and the instants of a receipt
    that it signed.
    """
    asked = receipt.question
    question = PathwayQuestion(
        from_=asked.from_,
        to=asked.to,
        through_removed=asked.through_removed,
        alternatives=asked.alternatives,
        at=receipt.at,
        known_at=receipt.known_at,
    )
    answer = get_pathway(cache, resolve_as_of, question)
    return receipt_content(answer, asked.through_removed, asked.alternatives, cache.head(answer.known_at))


def _result(rules: int, differences: list[ReceiptDifference]) -> tuple[ReceiptResult, str]:
    given = "This service gave the receipt"
    alike = f"otherwise: {', '.join(difference.field for difference in differences)}" if differences else "alike"
    if rules != RULES_VERSION:
        age: ReceiptResult = "older-rules" if rules < RULES_VERSION else "newer-rules"
        return age, f"{given}, by version {rules} of its rules. Version {RULES_VERSION} answers {alike}."
    if differences:
        return "differs", f"{given}; asked again as known then, it answers {alike}."
    return "same", f"{given}, and asked again as known then it answers alike."
