"""Defines receipts of answers that are more than one pathway: the check of an upgrade plan, the answer for a device.

They are signed like receipts of pathways, and verified in the same way.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from service.domain.outcomes import ResolveOutcome, Verdict
from service.schemas.responses.receipts import (
    ReceiptKey,
    ReceiptSignature,
    RulesVersion,
    SignedCause,
    SignedHead,
    SignedInstant,
    SignedListVersion,
    StrictModel,
)

ANSWER_FORMAT = 1
"""The format number of new receipts of these kinds, which have formats of their own."""

AnswerKind = Literal["check", "resolve"]


class SignedAnswerEnd(StrictModel):
    """The end of the time for which a signed answer for a plan or a device holds: the instant, the verdict or outcome
    from then on, and the cause.
    """

    at: SignedInstant = Field(description="The first instant at which the answer is another one.")
    outcome: ResolveOutcome | Verdict = Field(description="The outcome from that instant on; for a plan, the verdict.")
    cause: SignedCause = Field(description="Why the answer changes: always a date, since `known_at` is fixed.")


class AnswerReceipt(StrictModel):
    """The check of an upgrade plan or the answer for a device, as it was asked and answered, with an Ed25519 signature
    over the canonical JSON of all other fields.
    """

    kind: AnswerKind = Field(description="`check`: of an upgrade plan. `resolve`: of a device.")
    format: Annotated[int, Field(ge=1, le=ANSWER_FORMAT)] = Field(description="The format of receipts of this kind.")
    rules: RulesVersion = Field(description="The version of the rules that computed the answer.")
    question: dict[str, Any] = Field(
        description="The body of the request, with the device as asked, but without its instants and without the "
        "fields of an inventory that no answer uses, such as `DeviceID`.",
        examples=[{"through_removed": False, "steps": ["000001", "000002"]}],
    )
    at: SignedInstant
    known_at: SignedInstant
    list_version: SignedListVersion
    answer: dict[str, Any] = Field(
        description="The codes and entries of the answer, without texts.",
        examples=[
            {
                "verdict": "go",
                "steps": [{"base": "000001", "target": "000002", "code": "ok"}],
                "unfinished": None,
                "device": None,
            }
        ],
    )
    holds_until: SignedAnswerEnd | None = Field(description="Until when the answer holds.")
    head: SignedHead = Field(description="The head of the chain of amendments, as of `known_at`.")
    key: ReceiptKey = Field(description="The id of the key: see `GET /v1/receipts/key`.")
    signature: ReceiptSignature = Field(description="Base64 of the 64 bytes.")
