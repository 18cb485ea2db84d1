"""Defines the check of an upgrade plan: a code for each step and a verdict on the whole plan (design 7)."""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.domain.outcomes import Verdict as Verdict
from service.schemas.base import ResponseModel
from service.schemas.responses.answer_receipts import AnswerReceipt
from service.schemas.responses.devices import Resolution
from service.schemas.responses.holds_until import HOLDS_UNTIL, HoldsUntil
from service.schemas.responses.pathways import NOTICE, AsOfResponse, StepEnds, StepWarning, WithEntryNumber

StepCode = Literal[
    "already-there",
    "ok",
    "not-a-base",
    "wrong-order",
    "held",
    "not-listed",
    "other-device-model",
    "not-declared",
    "no-way",
]


class PlanStep(StepEnds):
    """A step of an upgrade plan, with the code that says whether a device can take the step."""

    code: StepCode
    text: str
    entries: list[str] = Field(default=[], description="The entries concerned: missing stops, or entries to ask about.")
    steps: list[str] = Field(default=[], description="The entries of the pathway that proves the code, in order.")
    warnings: list[StepWarning] = Field(default=[], description="The warnings of a step that is `ok`.")


class MissingFragments(WithEntryNumber):
    """A warning that an upgrade plan ends with a fragment (part k of an image in n parts) before the last one. A device
    must not remain on such a fragment.
    """

    fragment: int
    fragments: int
    text: str


class PlanVerdict(ResponseModel):
    """The verdict on an upgrade plan (go, stop or ask), also as a sentence, and the checked steps."""

    verdict: Verdict
    text: str
    steps: list[PlanStep]
    unfinished: MissingFragments | None = Field(description="Set where the plan ends with fragment k of n, k < n.")


class PlanCheck(AsOfResponse, PlanVerdict):
    """The verdict on an upgrade plan and the codes of its steps, as of an instant."""

    device: Resolution | None = Field(
        default=None,
        description="For a plan with a device: the matches of the device, with their answers to the first target.",
    )
    updated: Instant | None = Field(
        description="The latest recorded instant among the facts of the plan's entries and all entries that lead there."
    )
    holds_until: HoldsUntil | None = HOLDS_UNTIL
    notice: str = NOTICE
    receipt: AnswerReceipt | None = Field(default=None, description="The signed verdict, with the plan as asked.")
