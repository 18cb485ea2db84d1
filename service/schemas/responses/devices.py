"""Defines the answer for a device: the entries that the device may run, and the pathways from these entries (design 4,
7).
"""

from typing import Literal

from pydantic import Field

from service.domain import duis
from service.domain.clock import Instant
from service.domain.devices import DeviceAttribute
from service.domain.frozen_model import FrozenModel
from service.domain.outcomes import ResolveOutcome as ResolveOutcome
from service.domain.outcomes import Standing
from service.schemas.base import ResponseModel
from service.schemas.responses.answer_receipts import AnswerReceipt
from service.schemas.responses.holds_until import HOLDS_UNTIL, HoldsUntil
from service.schemas.responses.pathways import NOTICE, AsOfResponse, Outcome, Pathway, ReachItem, Reason, StepWarning

RemarkCode = Literal["device-type-differs", "gbcs-version-differs", "status-differs", "not-used"]


class Candidate(FrozenModel):
    """An entry that a device may run, with the interval in which the list attributes are in force, as a query row.
    Attributes that are blank on the list are blank; `device_model` includes the manufacturer.
    """

    number: str
    status: str
    device_type: str
    manufacturer: str
    device_model: str
    firmware_version: str
    gbcs_version: str
    image_hash: str
    valid_from: Instant
    valid_to: Instant

    @property
    def identity(self) -> tuple[str, str, str]:
        """Returns device model, firmware version and image hash. Entries are twins if these three are equal."""
        return self.device_model, self.firmware_version, self.image_hash

    def value(self, attribute: DeviceAttribute) -> str:
        """Returns an attribute of the entry, spelled as in a request about a device; blank if the list has no value or
        an unreadable one.
        """
        if attribute == "device_model":
            return self.device_model[-8:]
        if attribute == "gbcs_version":
            return duis.listed_gbcs_version(self.gbcs_version)
        return str(getattr(self, attribute))


class ListedFirmware(ResponseModel):
    """The attributes of an entry that identify the firmware of a device. Attributes that are blank on the list are
    null.
    """

    number: str
    status: str
    device_type: str
    manufacturer: str
    device_model: str = Field(description="The DeviceModel of DUIS, 8 hex digits.")
    firmware_version: str
    gbcs_version: str | None
    image_hash: str | None


class DeviceMatch(ListedFirmware):
    """A firmware that the device may run, with the numbers of all entries that the list has for it, whether current or
    removed.
    """

    twins: list[str] = Field(description="The other entry numbers of the same firmware on the same device model.")
    outcome: Outcome = Field(description="The outcome if the device runs this firmware.")
    standing: Standing | None = Field(description="Without a target: the standing if the device runs this firmware.")
    warnings: list[StepWarning] = Field(description="The warnings of the first step from here, if any.")


class AttributeValue(ResponseModel):
    """A value of an attribute, and those entries matching a device that have this value. Null: the list has no
    value.
    """

    value: str | None
    matches: list[str]


class SeparatingAttribute(ResponseModel):
    """The attribute that best tells apart the entries that match a device but give different answers, by its name in
    the request's `device`.
    """

    attribute: DeviceAttribute
    values: list[AttributeValue]


class DeviceRemark(ResponseModel):
    """A remark on a difference between the caller's inventory and the list in force, or on fields of the inventory that
    no answer uses. A remark does not change the answer for the device.
    """

    code: RemarkCode
    text: str


class Resolution(AsOfResponse):
    """The answer for a device: the pathway if all entries that match the device have the same one, otherwise the reason
    why there is no single answer.
    """

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
    standing: Standing | None = Field(
        description="Where no target was given and all matches agree. `onward`: any entry is reachable. `unknown`: "
        "none is, but a missing declaration could lead on. Else `head` if the entry is listed, and `dead-end` if not."
    )
    reasons: list[Reason] = Field(
        description="With `standing`: why no entry is reachable from the first match, and whom to ask."
    )
    separates: SeparatingAttribute | None = Field(
        description="With `ambiguous`: the attribute to find out about the device."
    )
    known: list[ListedFirmware] = Field(
        description="With `unknown-firmware`: every entry of the device model. With `unknown-device`: every entry of "
        "the device model under another manufacturer code."
    )
    possible: list[ListedFirmware] = Field(
        description="With `unknown-firmware`: entries whose version has the same digits in BCD or hex. With "
        "`unknown-device`: those of `known` that fit the device but for the manufacturer. The answer does not use them."
    )
    remarks: list[DeviceRemark]
    advice: str | None = Field(description="What to do where there is no single answer.")
    holds_until: HoldsUntil | None = HOLDS_UNTIL
    notice: str = NOTICE
    receipt: AnswerReceipt | None = Field(
        default=None, description="The signed answer, whatever the outcome, with the device as asked."
    )
