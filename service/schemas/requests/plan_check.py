"""Defines the request body that asks for the check of an upgrade plan."""

from typing import Annotated

from pydantic import Field, model_validator

from service.schemas.requests.bodies import AsOfRequestBody
from service.schemas.requests.devices import DeviceRequest
from service.schemas.requests.queries import EntryNumber

MAX_PLAN_ENTRIES = 1000


class PlanQuestion(AsOfRequestBody):
    """An upgrade plan to check: either `steps`, which begin with the entry that the device runs, or a `device` and its
    `targets`.
    """

    steps: Annotated[list[EntryNumber], Field(min_length=2, max_length=MAX_PLAN_ENTRIES)] | None = Field(
        None,
        description="The entry that the device runs, then the entries that it is to run, in order.",
        examples=[["000001", "000003", "000009"]],
    )
    device: DeviceRequest | None = Field(
        None, description="The device as the inventory describes it, instead of an entry."
    )
    targets: Annotated[list[EntryNumber], Field(min_length=1, max_length=MAX_PLAN_ENTRIES - 1)] | None = Field(
        None, description="With `device`: the entries that it is to run, in order."
    )

    @model_validator(mode="after")
    def _one_plan(self) -> "PlanQuestion":
        """Raises ValueError for a plan that has neither form, or both."""
        if (self.steps is None) != (self.device is not None and self.targets is not None):
            raise ValueError("give either steps, or a device and targets")
        if self.steps is not None and (self.device or self.targets):
            raise ValueError("give steps alone, or a device and targets")
        return self
