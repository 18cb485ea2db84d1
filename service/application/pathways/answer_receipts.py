"""Signs the check of an upgrade plan and the answer for a device, and computes them again to verify their receipts."""

from collections.abc import Mapping
from typing import Any

from service.application.pathways import device_resolution, plan_check
from service.application.pathways.graph_cache import GraphCache
from service.domain.as_of import ResolveAsOf
from service.domain.clock import iso
from service.rules.records.answer_receipt import answer_content
from service.rules.records.receipt import canonical_json
from service.schemas.requests.devices import ResolveQuestion, UnusedInventoryFields
from service.schemas.requests.plan_check import PlanQuestion
from service.schemas.responses.answer_receipts import AnswerReceipt
from service.schemas.responses.devices import Resolution
from service.schemas.responses.plan_check import PlanCheck
from service.security.receipt_keys import Keyring

_UNSIGNED: Mapping[str, bool | set[str]] = {
    "at": True,
    "known_at": True,
    "device": set(UnusedInventoryFields.model_fields),
}
"""The fields of a request that no receipt holds: instants, which are fields of the receipt, and the fields of an
inventory on which no answer depends, because some of them name a home.
"""


def check_plan_with_receipt(
    cache: GraphCache, resolve_as_of: ResolveAsOf, question: PlanQuestion, keys: Keyring
) -> PlanCheck:
    """Returns the check of an upgrade plan with a receipt (signature). Raises the errors of `check_plan`."""
    answer = plan_check.check_plan(cache, resolve_as_of, question)
    return answer.model_copy(update={"receipt": _sign(_content(cache, question, answer), keys)})


def resolve_device_with_receipt(
    cache: GraphCache, resolve_as_of: ResolveAsOf, question: ResolveQuestion, keys: Keyring
) -> Resolution:
    """Returns the answer for a device with a receipt (signature) that names the device as asked. A pathway in the
    answer has a receipt of its own. Raises the errors of `resolve_device`.
    """
    answer = device_resolution.resolve_device_question(cache, resolve_as_of, question, keys)
    return answer.model_copy(update={"receipt": _sign(_content(cache, question, answer), keys)})


def answer_content_now(cache: GraphCache, resolve_as_of: ResolveAsOf, receipt: AnswerReceipt) -> dict[str, Any]:
    """Returns the content of a receipt as the service computes it now, for the question and the instants of a receipt
    that it signed.
    """
    asked = receipt.question | {"at": iso(receipt.at), "known_at": iso(receipt.known_at)}
    if receipt.kind == "check":
        plan = PlanQuestion.model_validate(asked)
        return _content(cache, plan, plan_check.check_plan(cache, resolve_as_of, plan))
    device = ResolveQuestion.model_validate(asked)
    return _content(cache, device, device_resolution.resolve_device_question(cache, resolve_as_of, device, None))


def _content(
    cache: GraphCache, question: PlanQuestion | ResolveQuestion, answer: PlanCheck | Resolution
) -> dict[str, Any]:
    asked = question.model_dump(mode="json", by_alias=True, exclude=_UNSIGNED, exclude_none=True)
    return answer_content(asked, answer, cache.head(answer.known_at))


def _sign(content: dict[str, Any], keys: Keyring) -> AnswerReceipt:
    signed = content | {"key": keys.id}
    return AnswerReceipt.model_validate(signed | {"signature": keys.sign(canonical_json(signed))})
