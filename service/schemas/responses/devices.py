"""The entries that a device may run, and the pathways from there (design 4, 7)."""

from typing import Literal

from pydantic import Field

from service.domain import duis
from service.domain.devices import DeviceAttribute
from service.domain.models import FrozenModel
from service.schemas.base import ResponseModel
from service.schemas.responses.pathways import NOTICE, AsOfResponse, Outcome, Pathway, ReachItem, StepWarning

ResolveOutcome = Literal[Outcome, "ambiguous", "unknown-device", "unknown-firmware"]


class Candidate(FrozenModel):
    """An entry in force that a device may run. Blank cells of the list are blank; `device_model` is the whole id."""

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
        """The device model, version and image hash, which twins share."""
        return self.device_model, self.firmware_version, self.image_hash

    def value(self, attribute: DeviceAttribute) -> str:
        """An attribute in the spelling of a device request; blank where the list has none or an unreadable one."""
        if attribute == "device_model":
            return self.device_model[-8:]
        if attribute == "gbcs_version":
            return duis.listed_gbcs_version(self.gbcs_version)
        return str(getattr(self, attribute))


class ListedFirmware(ResponseModel):
    """The attributes of an entry that identify a device's firmware. A blank cell of the list is null."""

    number: str
    status: str
    device_type: str
    manufacturer: str
    device_model: str = Field(description="The DeviceModel of DUIS, 8 hex digits.")
    firmware_version: str
    gbcs_version: str | None
    image_hash: str | None


class DeviceMatch(ListedFirmware):
    """A firmware that the device may run, under one or more entry numbers. The entry may be removed from the list."""

    twins: list[str] = Field(description="The other entry numbers of the same firmware on the same device model.")
    outcome: Outcome = Field(description="The outcome if the device runs this firmware.")
    warnings: list[StepWarning] = Field(description="The warnings of the first step from here, if any.")


class AttributeValue(ResponseModel):
    """A value of an attribute, and the matches that have this value. Null: the list has none."""

    value: str | None
    matches: list[str]


class SeparatingAttribute(ResponseModel):
    """The attribute whose value best separates the differing answers, by its name in `device`."""

    attribute: DeviceAttribute
    values: list[AttributeValue]


class DeviceRemark(ResponseModel):
    """A difference between the inventory and the list in force. It does not change the answer."""

    code: Literal["status-differs"]
    text: str


class Resolution(AsOfResponse):
    """One answer where all matches agree; otherwise the reason why there is no single answer."""

    to: str | None
    outcome: ResolveOutcome
    matches: list[DeviceMatch]
    pathway: Pathway | None = Field(
        description="The pathway from the first match, where a target was given and all matches agree."
    )
    targets: list[ReachItem] | None = Field(
        description="All reachable entries, where no target was given and all matches agree."
    )
    heads: list[str] | None = Field(
        description="With `targets`: the listed entries, among the targets and matches, from which no further entry is "
        "reachable. Whether they are new or good is not known."
    )
    separates: SeparatingAttribute | None = Field(
        description="With `ambiguous`: the attribute to find out about the device."
    )
    known: list[ListedFirmware] = Field(description="With `unknown-firmware`: every entry of the device model.")
    possible: list[ListedFirmware] = Field(
        description="With `unknown-firmware`: entries whose version has the same digits in BCD or hex. The answer does "
        "not use them."
    )
    remarks: list[DeviceRemark]
    advice: str | None = Field(description="What to do where there is no single answer.")
    notice: str = NOTICE
