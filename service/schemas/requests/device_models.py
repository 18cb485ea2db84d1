"""Defines the question for the upgrade graph of a device model."""

from typing import Annotated

from pydantic import AfterValidator, Field

from service.domain.names import parse_device_model
from service.schemas.requests.queries import THROUGH_REMOVED, AsOfQuestion

DeviceModelId = Annotated[
    str,
    AfterValidator(parse_device_model),
    Field(
        max_length=40,
        description="A device model with its manufacturer: `106C-433100AC`, or 12 hex digits with or without colons.",
        examples=["FE01-10010100"],
    ),
]


class UpgradeGraphQuestion(AsOfQuestion):
    """The query parameters that ask for the upgrade graph of a device model."""

    through_removed: bool = Field(False, description=THROUGH_REMOVED)
