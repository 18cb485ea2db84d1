"""Restricted ZigBee data: the chipset and stack of an entry, with two clocks. They make up the zigbee compartment."""

from typing import ClassVar, Literal

from service.domain.clock import Instant
from service.domain.facts import Band, Fact
from service.domain.models import FrozenModel

ZigbeeKind = Literal["chipset", "stack"]
ZigbeeAttribute = Literal["chipset_vendor", "chipset_part", "stack_vendor", "stack_version"]
BANDS: tuple[Band, ...] = (
    "Single Band (2.4 GHz)",
    "Single Band (Sub-GHz)",
    "Dual Band",
    "Single Band (frequency not stated)",
)


class ZigbeeFact(Fact):
    """The chipset or stack of an entry. `detail`: the chipset's part or the stack's version. Blank: unknown.

    `vendor` and `detail` are normalised for comparison; `given_vendor` and `given_detail` are in the source's spelling.
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
        """The key of the chipset's or stack's node. A vendor's name contains no line break."""
        return f"{self.vendor}\n{self.detail}"


class RecordedZigbeeFact(ZigbeeFact):
    """A ZigBee fact with the end of its recorded interval."""

    recorded_to: Instant


class StackOrder(Fact):
    """The declared order of a vendor's stack versions: one version a line, the earliest first."""

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
        """The position of each version in the order."""
        return {version: position for position, version in enumerate(self.versions.split("\n"))}


class RecordedStackOrder(StackOrder):
    """A stack order with the end of its recorded interval."""

    recorded_to: Instant


class ZigbeeReader(FrozenModel):
    """A caller who reads or writes restricted data.

    `manufacturers`: the caller sees the entries of these manufacturers alone; None for all entries.
    """

    who: str
    role: str
    organisation: str = ""
    manufacturers: frozenset[str] | None = None

    def may(self, manufacturer: str) -> bool:
        """Whether the reader may see the entries of a manufacturer."""
        return self.manufacturers is None or manufacturer in self.manufacturers
