"""The answer to *is this plan right*: every step judged, and the verdict on the whole (design 7)."""

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
    """One step of a plan, from a base to a target, and what is to be said of it."""

    base: str
    target: str
    code: StepCode
    text: str
    entries: list[str] = Field(
        default=[], description="The entries concerned: the stops that are missing, or those to ask about."
    )
    steps: list[str] = Field(default=[], description="The entries of the way that proves it, in order.")
    warnings: list[StepWarning] = Field(default=[], description="Of a step that is `ok`.")


class UnfinishedPlan(ResponseModel):
    """The plan ends on a fragment that is not the last one: the meter must not be left there."""

    entry: str
    fragment: int
    fragments: int
    text: str


class PlanVerdict(ResponseModel):
    """The verdict, in one word and in one line, before all else."""

    verdict: Verdict
    text: str
    steps: list[PlanStep]
    unfinished: UnfinishedPlan | None = Field(description="Where the plan ends on fragment k of n, k < n.")


class PlanCheck(AsOfResponse, PlanVerdict):
    """A plan judged, as of both clocks."""

    device: Resolution | None = Field(
        default=None, description="Where a device was named: what it may run, with the answers to the first target."
    )
    updated: Instant | None = Field(
        description="The latest recorded instant among the facts of the plan's entries and of all that leads to them."
    )
    notice: str = NOTICE
