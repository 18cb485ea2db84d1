"""The answer to *what does this device run, and where can it go from there* (design 4, 7)."""

from typing import Literal

from pydantic import Field

from service.domain import duis
from service.domain.devices import DeviceAttribute
from service.domain.models import FrozenModel
from service.schemas.base import ResponseModel
from service.schemas.responses.pathways import NOTICE, AsOfResponse, Outcome, Pathway, ReachItem, StepWarning

ResolveOutcome = Literal[Outcome, "ambiguous", "unknown-device", "unknown-firmware"]


class Candidate(FrozenModel):
    """An entry in force that a device may run, blank where the list is blank; `device_model` is the whole id."""

    number: str
    status: str
    device_type: str
    manufacturer: str
    device_model: str
    firmware_version: str
    gbcs_version: str
    image_hash: str

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes it the firmware it is; also the key of its twins."""
        return self.device_model, self.firmware_version, self.image_hash

    def value(self, attribute: DeviceAttribute) -> str:
        """An attribute as a device is asked for by it; blank where the list says none, or nothing readable."""
        if attribute == "device_model":
            return self.device_model[-8:]
        if attribute == "gbcs_version":
            return duis.listed_gbcs_version(self.gbcs_version)
        return str(getattr(self, attribute))


class ListedFirmware(ResponseModel):
    """An entry by what a device is named by. A blank on the list is null."""

    number: str
    status: str
    device_type: str
    manufacturer: str
    device_model: str = Field(description="The 8 hex digits that DUIS calls DeviceModel.")
    firmware_version: str
    gbcs_version: str | None
    image_hash: str | None


class DeviceMatch(ListedFirmware):
    """What the device may run: one firmware under one or more entry numbers. It may be removed from the list."""

    twins: list[str] = Field(description="The other entry numbers of the same firmware on the same device model.")
    outcome: Outcome = Field(description="The answer if this is what the device runs.")
    warnings: list[StepWarning] = Field(description="What to know of the first step from here, where there is one.")


class AttributeValue(ResponseModel):
    """A value of an attribute, and the matches that are left once it is known. Null: the list says none."""

    value: str | None
    matches: list[str]


class SeparatingAttribute(ResponseModel):
    """The one attribute whose values best separate the differing answers, as `device` takes it."""

    attribute: DeviceAttribute
    values: list[AttributeValue]


class DeviceRemark(ResponseModel):
    """Something in which the inventory and the list in force differ. It is told, and changes no answer."""

    code: Literal["status-differs"]
    text: str


class Resolution(AsOfResponse):
    """One answer where all that the device may run agree on it; else what is in the way of one."""

    to: str | None
    outcome: ResolveOutcome
    matches: list[DeviceMatch]
    pathway: Pathway | None = Field(description="Where a target was named and all matches agree: from the first match.")
    targets: list[ReachItem] | None = Field(
        description="Where none was named and all matches agree: all that can be reached."
    )
    heads: list[str] | None = Field(
        description="With `targets`: the listed entries among them and the matches from which nothing further is "
        "reachable. It says nothing of their age or worth."
    )
    separates: SeparatingAttribute | None = Field(description="With `ambiguous`: what to find out about the device.")
    known: list[ListedFirmware] = Field(description="With `unknown-firmware`: every entry of that device model.")
    possible: list[ListedFirmware] = Field(
        description="With `unknown-firmware`: entries whose version spells the same digits otherwise, BCD against hex. "
        "They were not used."
    )
    remarks: list[DeviceRemark]
    advice: str | None = Field(description="What to do where there is no one answer.")
    notice: str = NOTICE
