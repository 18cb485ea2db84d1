"""What may be asked and said of chipsets and stacks. Values come out in the one spelling by which they are compared."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from service.domain.facts import Band
from service.domain.zigbee_facts import ZigbeeAttribute
from service.domain.zigbee_spelling import NORMALISERS
from service.domain.zigbee_statements import KIND_ATTRIBUTES, ZigbeeCriteria, ZigbeeValue, parse_zigbee_value
from service.schemas.base import RequestModel
from service.schemas.requests.bodies import BodyInstant
from service.schemas.requests.queries import EntryNumber, FileFormat, PagedAsOfQuestion, UndatedQuestion
from service.schemas.responses.exposure import ExposureState

Avoid = Literal["", "exposed"]

_LONGEST = 100
_MOST_COUNTED = 100_000


def _spelt(attribute: ZigbeeAttribute) -> AfterValidator:
    """In any spelling; blank asks for nothing."""
    return AfterValidator(lambda given: NORMALISERS[attribute](given) if given.strip() else "")


VendorFilter = Annotated[str, _spelt("chipset_vendor"), Field(max_length=_LONGEST)]
PartFilter = Annotated[str, _spelt("chipset_part"), Field(max_length=_LONGEST)]
VersionFilter = Annotated[str, _spelt("stack_version"), Field(max_length=_LONGEST)]


class ZigbeeMatchQuestion(PagedAsOfQuestion):
    """A chipset, a stack, or both; of a stack one version, or a range of its vendor's declared order."""

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
            raise ValueError("stack_version: one version or a range of them, not both")
        if ranged and not self.stack_vendor:
            raise ValueError("stack_vendor: a range of versions is one of a vendor's stack")
        return self

    @property
    def criteria(self) -> ZigbeeCriteria:
        """The same as the rules take it."""
        return ZigbeeCriteria(
            self.chipset_vendor,
            self.chipset_part,
            self.stack_vendor,
            self.stack_version,
            self.stack_version_from,
            self.stack_version_to,
        )


class ZigbeeQuestion(ZigbeeMatchQuestion):
    """Entries with what is told of them."""

    band: Band | Literal[""] = Field("", description="The ZigBee band.")
    state: ExposureState | Literal[""] = Field(
        "",
        description="`exposed` (has all that is asked for; the default where anything is), `clear` (known not to) or "
        "`unknown`; where nothing is asked for, `unknown` are the entries of which nothing is told.",
    )

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.state in ("exposed", "clear") and not self.criteria.has_any:
            raise ValueError(f"state: {self.state} of what? Ask for a chipset or a stack too")
        return self


class ExposureQuestion(ZigbeeMatchQuestion):
    """Who has it, and the way off it."""

    avoid: Avoid = Field("", description="`exposed` prefers ways that leave at once.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.criteria.has_any:
            raise ValueError("stack_vendor: a chipset or a stack must be asked for")
        return self


class ExposureFileQuestion(ExposureQuestion):
    """The same as a file, whole."""

    format: FileFormat = Field("csv", description="The kind of file.")


class DeviceCount(RequestModel):
    """How many devices run an entry."""

    entry: EntryNumber
    count: int = Field(ge=0, le=1_000_000_000, strict=True)


class DeviceExposureQuestion(ExposureQuestion):
    """Who has it, in devices as well as entries."""

    at: BodyInstant = Field(None, description="When it holds: ISO date or date-time. Default: `known_at`, else now.")
    known_at: BodyInstant = Field(None, description="As known when: ISO date or date-time. Default: now.")
    devices: list[DeviceCount] = Field(max_length=_MOST_COUNTED, description="How many devices run each entry.")

    @property
    def counts(self) -> dict[str, int]:
        """The devices of each entry."""
        return {one.entry: one.count for one in self.devices}

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len({one.entry for one in self.devices}) < len(self.devices):
            raise ValueError("devices: an entry is counted twice")
        return self


class ChipsetStatement(RequestModel):
    """A chipset; null is not known."""

    vendor: str | None = Field(max_length=_LONGEST)
    part: str | None = Field(max_length=_LONGEST)


class StackStatement(RequestModel):
    """A stack; null is not known."""

    vendor: str | None = Field(max_length=_LONGEST)
    version: str | None = Field(max_length=_LONGEST)


class ZigbeeStatementRequest(RequestModel):
    """All that is known of an entry's chipset and stack from a date on: it takes the place of what was told before."""

    chipset: ChipsetStatement | None = Field(description="Null: not known.")
    stack: StackStatement | None = Field(description="Null: not known.")
    reason: str = Field(min_length=1, max_length=2_000, description="Why; it stands in the record.")
    evidence: str = Field("", max_length=2_000, description="A reference to what it rests on.")
    effective_from: BodyInstant = Field(None, description="From when it holds; default: this was always so.")

    @property
    def said(self) -> dict[ZigbeeAttribute, ZigbeeValue]:
        """The same as the rules take it. Raises ValueError with a sentence for a value that is none."""
        found: dict[ZigbeeAttribute, ZigbeeValue] = {}
        for kind, part in (("chipset", self.chipset), ("stack", self.stack)):
            values = tuple(vars(part).values()) if part else (None, None)
            for name, given in zip(KIND_ATTRIBUTES[kind], values, strict=True):  # type: ignore[index]
                found[name] = parse_zigbee_value(name, given) if given else ZigbeeValue("", "")
        return found

    @model_validator(mode="after")
    def _values(self) -> Self:
        if not self.reason.strip():
            raise ValueError("reason: say why")
        _ = self.said  # whatever cannot be one of these values is refused here
        return self


class AuditQuestion(UndatedQuestion):
    """The audit, in pages."""
