"""Defines requests about ZigBee chipsets and stacks. Validation converts vendors, parts and versions to one normalised
spelling.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from service.domain.facts import Band
from service.domain.zigbee_facts import ZigbeeAttribute
from service.domain.zigbee_spelling import NORMALISERS
from service.domain.zigbee_statements import KIND_ATTRIBUTES, ZigbeeCriteria, ZigbeeValue, parse_zigbee_value
from service.schemas.base import RequestModel
from service.schemas.requests.bodies import BodyInstant
from service.schemas.requests.queries import AT, KNOWN_AT, EntryNumber, FileFormat, PagedAsOfQuestion, UndatedQuestion
from service.schemas.responses.exposure import ExposureState

Avoid = Literal["", "exposed"]

_LONGEST = 100
_MOST_COUNTED = 100_000


def _normalised(attribute: ZigbeeAttribute) -> AfterValidator:
    """Returns a validator that converts any spelling of a value to the normalised one, and leaves a blank one blank."""
    return AfterValidator(lambda value: NORMALISERS[attribute](value) if value.strip() else "")


VendorFilter = Annotated[str, _normalised("chipset_vendor"), Field(max_length=_LONGEST)]
PartFilter = Annotated[str, _normalised("chipset_part"), Field(max_length=_LONGEST)]
VersionFilter = Annotated[str, _normalised("stack_version"), Field(max_length=_LONGEST)]


class ZigbeeMatchQuestion(PagedAsOfQuestion):
    """The criteria of a search for entries: a chipset, a stack or both.

    A stack has one version, or a range of versions in the order that its vendor declared.
    """

    chipset_vendor: VendorFilter = Field("", description="The chipset's vendor, in any spelling.")
    chipset_part: PartFilter = Field("", description="The chipset's part number.")
    stack_vendor: VendorFilter = Field("", description="The stack's vendor, in any spelling.")
    stack_version: VersionFilter = Field("", description="One version of the stack.")
    stack_version_from: VersionFilter = Field("", description="The earliest version of a range, by the declared order.")
    stack_version_to: VersionFilter = Field("", description="The latest version of a range, by the declared order.")

    @model_validator(mode="after")
    def _one_range(self) -> Self:
        ranged = self.stack_version_from or self.stack_version_to
        if ranged and self.stack_version:
            raise ValueError("stack_version: give one version or a range, not both")
        if ranged and not self.stack_vendor:
            raise ValueError("stack_vendor: a range of versions needs the vendor of the stack")
        return self

    @property
    def criteria(self) -> ZigbeeCriteria:
        """Converts the chipset and stack in the request to the search criteria with which the matching rules work."""
        return ZigbeeCriteria(
            self.chipset_vendor,
            self.chipset_part,
            self.stack_vendor,
            self.stack_version,
            self.stack_version_from,
            self.stack_version_to,
        )


class ZigbeeEntriesQuestion(ZigbeeMatchQuestion):
    """The query parameters for listing entries with their ZigBee facts (chipset, stack and band)."""

    band: Band | Literal[""] = Field("", description="The ZigBee band.")
    state: ExposureState | Literal[""] = Field(
        "",
        description="`exposed`: the entry matches all criteria (the default where there are any). `clear`: the entry "
        "is known not to match. `unknown`: neither is known; without criteria: the entry has no ZigBee facts.",
    )

    @model_validator(mode="after")
    def _require_criteria(self) -> Self:
        if self.state in ("exposed", "clear") and not self.criteria.has_any:
            raise ValueError(f"state: {self.state} needs a chipset or a stack: give one")
        return self


class ExposureQuestion(ZigbeeMatchQuestion):
    """The query parameters of an exposure report: which entries have a given chipset or stack, and the shortest pathway
    from each to an entry without it.
    """

    avoid: Avoid = Field("", description="`exposed` prefers pathways whose next entries are not exposed.")

    @model_validator(mode="after")
    def _require_criteria(self) -> Self:
        if not self.criteria.has_any:
            raise ValueError("stack_vendor: give a chipset or a stack")
        return self


class ExposureFileQuestion(ExposureQuestion):
    """The query parameters of an exposure report (which entries have a given chipset or stack) as a file, with all
    entries instead of a page.
    """

    format: FileFormat = Field("csv", description="The file format.")


class DeviceCount(RequestModel):
    """The number of devices that run the firmware of one entry."""

    entry: EntryNumber = Field(description="The entry.")
    count: int = Field(ge=0, le=1_000_000_000, strict=True, description="The number of devices.")


class DeviceExposureQuestion(ExposureQuestion):
    """A request for an exposure report (which entries have a given chipset or stack) that also counts devices, by the
    caller's numbers of devices.
    """

    at: BodyInstant = Field(None, description=AT)
    known_at: BodyInstant = Field(None, description=KNOWN_AT)
    devices: list[DeviceCount] = Field(max_length=_MOST_COUNTED, description="The number of devices of each entry.")

    @property
    def counts(self) -> dict[str, int]:
        """Returns the number of devices that run each entry, by entry number."""
        return {item.entry: item.count for item in self.devices}

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len(self.counts) < len(self.devices):
            raise ValueError("devices: an entry is listed twice: give one count for each entry")
        return self


class ChipsetStatement(RequestModel):
    """The vendor and part number of a chipset. Null means not known."""

    vendor: str | None = Field(max_length=_LONGEST, description="The vendor.")
    part: str | None = Field(max_length=_LONGEST, description="The part number.")


class StackStatement(RequestModel):
    """The vendor and version of a ZigBee stack. Null means not known."""

    vendor: str | None = Field(max_length=_LONGEST, description="The vendor.")
    version: str | None = Field(max_length=_LONGEST, description="The version.")


class ZigbeeStatementRequest(RequestModel):
    """The chipset and stack of an entry from a date on. They replace all earlier statements about the entry from that
    date on.
    """

    chipset: ChipsetStatement | None = Field(description="The chipset; null: not known.")
    stack: StackStatement | None = Field(description="The stack; null: not known.")
    reason: str = Field(min_length=1, max_length=2_000, description="The reason, which the record shows.")
    evidence: str = Field("", max_length=2_000, description="A reference to the evidence.")
    effective_from: BodyInstant = Field(
        None, description="The statement holds from this instant on. Default: from the beginning of time."
    )

    @property
    def said(self) -> dict[ZigbeeAttribute, ZigbeeValue]:
        """Returns the chipset and stack stated in the request, by attribute. Raises ValueError for a value that cannot
        be parsed.
        """
        statement: dict[ZigbeeAttribute, ZigbeeValue] = {}
        for kind, part in (("chipset", self.chipset), ("stack", self.stack)):
            values = tuple(vars(part).values()) if part else (None, None)
            for name, text in zip(KIND_ATTRIBUTES[kind], values, strict=True):  # type: ignore[index]
                statement[name] = parse_zigbee_value(name, text) if text else ZigbeeValue("", "")
        return statement

    @model_validator(mode="after")
    def _values(self) -> Self:
        if not self.reason.strip():
            raise ValueError("reason: give a reason")
        _ = self.said  # refuses a value that cannot be read, while the request is validated
        return self


class AuditQuestion(UndatedQuestion):
    """The query parameters for listing the audit (who read or wrote restricted ZigBee data), in pages."""
