"""Receipts: given with every answer that is asked for by a program, and verified by asking again as known then."""

import json
from typing import Any

from pydantic import ValidationError

from service.application.pathways import answers
from service.application.pathways.answers import ResolveAsOf
from service.application.pathways.graph_cache import GraphCache
from service.errors import EntryNotFound, InvalidQuestion, ReceiptRefused
from service.rules.records.receipt import canonical_json, receipt_content, receipt_differences, signed_content
from service.rules.records.rules_version import RULES_VERSION
from service.schemas.invalid_fields import invalid_fields, validation_sentence
from service.schemas.requests.queries import PathwayQuestion
from service.schemas.responses.pathways import Pathway
from service.schemas.responses.problems import InvalidField
from service.schemas.responses.receipts import FORMAT, Receipt, ReceiptDifference, ReceiptResult, ReceiptVerdict
from service.security.receipt_keys import Keyring

MAX_RECEIPT_BYTES = 5_000_000
"""A receipt has some 150 bytes a step: this is far beyond any pathway."""
_MOST_FAULTS = 10


def pathway_with_receipt(memory: GraphCache, settle: ResolveAsOf, asked: PathwayQuestion, keys: Keyring) -> Pathway:
    """The answer to a question, with its receipt."""
    answer = answers.get_pathway(memory, settle, asked)
    return add_receipt(answer, keys, asked.through_removed, asked.alternatives, memory.head(answer.known_at))


def add_receipt(answer: Pathway, keys: Keyring, through_removed: bool, alternatives: int, head: str) -> Pathway:
    """An answer with its receipt. `head`: of the chain of amendments, as of the answer's `known_at`."""
    text = receipt_content(answer, through_removed, alternatives, head) | {"key": keys.id}
    receipt = Receipt.model_validate(text | {"signature": keys.sign(canonical_json(text))})
    return answer.model_copy(update={"receipt": receipt})


def read_receipt(text: bytes) -> Receipt:
    """A receipt from JSON. Raises ReceiptRefused with what is wrong; what a signature is worth is not asked yet."""
    if len(text) > MAX_RECEIPT_BYTES:
        raise _refused_as("request", f"a receipt has at most {MAX_RECEIPT_BYTES:,} bytes")
    try:
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        _insist_on_format(found)
        return Receipt.model_validate(found)
    except ValidationError as wrong:
        raise _refused(*invalid_fields(wrong.errors(include_url=False)[:_MOST_FAULTS])) from wrong
    except (ValueError, RecursionError) as wrong:
        detail = "it is nested too deeply" if isinstance(wrong, RecursionError) else f"it is not JSON: {wrong}"
        raise _refused_as("request", detail[:200]) from wrong


def _insist_on_format(found: Any) -> None:
    """A later format may have other fields, so that nothing else of it can be judged."""
    number = found.get("format") if isinstance(found, dict) else None
    if isinstance(number, int) and number > FORMAT:
        detail = f"format {str(number)[:20]} is newer than {FORMAT}, the newest that this version reads"
        raise _refused_as("format", detail)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two readers may take two different ones of a name that is there twice: so none is taken."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is given more than once")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _refused_as(where: str, detail: str) -> ReceiptRefused:
    return _refused(InvalidField(where=where, detail=detail))


def _refused(*fields: InvalidField) -> ReceiptRefused:
    return ReceiptRefused(validation_sentence(fields), errors=[field.model_dump() for field in fields])


def verify_receipt(memory: GraphCache, settle: ResolveAsOf, keys: Keyring, receipt: Receipt) -> ReceiptVerdict:
    """Whether this service gave the receipt, and whether it answers alike when asked again as known then."""
    text = signed_content(receipt)
    if not keys.has_key(receipt.key):
        return _not_ours("unknown-key", "No key of this service has that id: it did not give this receipt.")
    if not keys.verifies(receipt.key, receipt.signature, canonical_json(text)):
        return _not_ours("bad-signature", "The signature does not fit: this is not what the service said.")
    differing = _asked_again(memory, settle, receipt, text)
    result, why = _compared(receipt.rules, differing)
    return ReceiptVerdict(result=result, reason=None, same=not differing, differences=differing, text=why)


def _not_ours(reason: Any, text: str) -> ReceiptVerdict:
    return ReceiptVerdict(result="not-ours", reason=reason, same=None, differences=[], text=text)


def _asked_again(
    memory: GraphCache, settle: ResolveAsOf, receipt: Receipt, then: dict[str, Any]
) -> list[ReceiptDifference]:
    asked = receipt.question
    question = PathwayQuestion(
        from_=asked.from_,
        to=asked.to,
        through_removed=asked.through_removed,
        alternatives=asked.alternatives,
        at=receipt.at,
        known_at=receipt.known_at,
    )
    try:
        answer = answers.get_pathway(memory, settle, question)
    except (InvalidQuestion, EntryNotFound) as refused:
        return [ReceiptDifference(field="problem", then=None, now=refused.slug)]
    return receipt_differences(
        then, receipt_content(answer, asked.through_removed, asked.alternatives, memory.head(answer.known_at))
    )


def _compared(rules: int, differing: list[ReceiptDifference]) -> tuple[ReceiptResult, str]:
    given = "This service gave the receipt"
    alike = f"otherwise: {', '.join(one.field for one in differing)}" if differing else "alike"
    if rules != RULES_VERSION:
        age: ReceiptResult = "older-rules" if rules < RULES_VERSION else "newer-rules"
        return age, f"{given}, by version {rules} of its rules. Version {RULES_VERSION} answers {alike}."
    if differing:
        return "differs", f"{given}; asked again as known then, it answers {alike}."
    return "same", f"{given}, and asked again as known then it answers alike."
