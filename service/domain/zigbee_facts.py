"""What is told in confidence of an entry's ZigBee chipset and stack, with its two clocks: the zigbee compartment."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from service.domain.clock import Instant
from service.domain.facts import Band, Fact

ZigbeeKind = Literal["chipset", "stack"]
ZigbeeAttribute = Literal["chipset_vendor", "chipset_part", "stack_vendor", "stack_version"]
BANDS: tuple[Band, ...] = (
    "Single Band (2.4 GHz)",
    "Single Band (Sub-GHz)",
    "Dual Band",
    "Single Band (frequency not stated)",
)


class ZigbeeFact(Fact):
    """What is told of an entry's chipset (`detail` is its part) or stack (its version); blank is not told.

    `vendor` and `detail` are in the one spelling by which they are compared, `given_…` as they were given.
    """

    chain_tag: ClassVar[str] = "Told"
    chained: ClassVar[tuple[str, ...]] = (
        "id", "entry", "kind", "vendor", "detail", "given_vendor", "given_detail", "amendment", "valid_from", "valid_to"
    )  # fmt: skip

    id: str
    entry: str
    kind: ZigbeeKind
    vendor: str
    detail: str
    given_vendor: str
    given_detail: str
    amendment: str
    recorded_from: Instant

    @property
    def node(self) -> str:
        """The key of the chipset or stack. No vendor has a line break in its name."""
        return f"{self.vendor}\n{self.detail}"


class RecordedZigbeeFact(ZigbeeFact):
    """The same, with the instant from which it was no longer believed."""

    recorded_to: Instant


class StackOrder(Fact):
    """The order of the versions of a vendor's stack as it was declared, the earliest first, a line each."""

    chain_tag: ClassVar[str] = "StackOrder"
    chained: ClassVar[tuple[str, ...]] = (
        "id", "vendor", "given_vendor", "versions", "given_versions", "amendment", "valid_from", "valid_to"
    )  # fmt: skip

    id: str
    vendor: str
    given_vendor: str
    versions: str
    given_versions: str
    amendment: str
    recorded_from: Instant

    @property
    def places(self) -> dict[str, int]:
        """Where each version stands."""
        return {version: place for place, version in enumerate(self.versions.split("\n"))}


class RecordedStackOrder(StackOrder):
    """The same, with the instant from which it was no longer believed."""

    recorded_to: Instant


class ZigbeeReader(BaseModel):
    """Who reads or writes restricted data, and of whose entries: of all, or of these manufacturers' alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who: str
    role: str
    organisation: str = ""
    manufacturers: frozenset[str] | None = None

    def may(self, manufacturer: str) -> bool:
        """Whether a manufacturer's entries are the reader's to see."""
        return self.manufacturers is None or manufacturer in self.manufacturers
