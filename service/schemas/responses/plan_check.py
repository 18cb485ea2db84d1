"""The check of a plan: a code for each step, and the verdict on the whole plan (design 7)."""

from typing import Literal

from pydantic import Field

from service.domain.clock import Instant
from service.schemas.base import ResponseModel
from service.schemas.responses.devices import Resolution
from service.schemas.responses.pathways import NOTICE, AsOfResponse, StepWarning

Verdict = Literal["go", "stop", "ask"]

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


class PlanStep(ResponseModel):
    """One step of a plan, from a base to a target, with its code."""

    base: str
    target: str
    code: StepCode
    text: str
    entries: list[str] = Field(default=[], description="The entries concerned: missing stops, or entries to ask about.")
    steps: list[str] = Field(default=[], description="The entries of the pathway that proves the code, in order.")
    warnings: list[StepWarning] = Field(default=[], description="The warnings of a step that is `ok`.")


class UnfinishedPlan(ResponseModel):
    """The plan ends with a fragment that is not the last one. A device must not stay there."""

    entry: str
    fragment: int
    fragments: int
    text: str


class PlanVerdict(ResponseModel):
    """The verdict on a plan, as one word and as one sentence, and the steps."""

    verdict: Verdict
    text: str
    steps: list[PlanStep]
    unfinished: UnfinishedPlan | None = Field(description="Set where the plan ends with fragment k of n, k < n.")


class PlanCheck(AsOfResponse, PlanVerdict):
    """The check of a plan, as of a valid and a recorded time."""

    device: Resolution | None = Field(
        default=None,
        description="For a plan with a device: the matches of the device, with their answers to the first target.",
    )
    updated: Instant | None = Field(
        description="The latest recorded instant among the facts of the plan's entries and all entries that lead there."
    )
    notice: str = NOTICE
