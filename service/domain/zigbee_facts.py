"""Restricted ZigBee data: the chipset and stack of an entry, with the time when they hold and the time when the service
recorded them.
"""

from typing import ClassVar, Literal

from service.domain.facts import AmendedFact, Band, RecordedEnd
from service.domain.frozen_model import FrozenModel

ZigbeeKind = Literal["chipset", "stack"]
ZigbeeAttribute = Literal["chipset_vendor", "chipset_part", "stack_vendor", "stack_version"]
BANDS: tuple[Band, ...] = (
    "Single Band (2.4 GHz)",
    "Single Band (Sub-GHz)",
    "Dual Band",
    "Single Band (frequency not stated)",
)


class ZigbeeFact(AmendedFact):
    """The chipset or stack of an entry. `detail` is the chipset's part or the stack's version. Blank means unknown.

    `vendor` and `detail` are normalised for comparison; `given_vendor` and `given_detail` are spelled as in the source.
    """

    chain_tag: ClassVar[str] = "Told"
    chained: ClassVar[tuple[str, ...]] = (
        "id", "entry", "kind", "vendor", "detail", "given_vendor", "given_detail", "amendment", "valid_from", "valid_to"
    )  # fmt: skip

    entry: str
    kind: ZigbeeKind
    vendor: str
    detail: str
    given_vendor: str
    given_detail: str

    @property
    def node(self) -> str:
        """Returns the key of the graph node for this chipset or stack: vendor and detail, joined by a line break."""
        return f"{self.vendor}\n{self.detail}"


class RecordedZigbeeFact(ZigbeeFact, RecordedEnd):
    """The chipset or stack of an entry, with the instant at which a later record superseded it."""


class StackVersionOrder(AmendedFact):
    """The declared order of a vendor's ZigBee stack versions: a text with one version a line, the earliest first."""

    chain_tag: ClassVar[str] = "StackOrder"
    chained: ClassVar[tuple[str, ...]] = (
        "id", "vendor", "given_vendor", "versions", "given_versions", "amendment", "valid_from", "valid_to"
    )  # fmt: skip

    vendor: str
    given_vendor: str
    versions: str
    given_versions: str

    @property
    def places(self) -> dict[str, int]:
        """Returns the position of each stack version in the declared order."""
        return {version: position for position, version in enumerate(self.versions.split("\n"))}


class RecordedStackVersionOrder(StackVersionOrder, RecordedEnd):
    """The declared order of a vendor's ZigBee stack versions, with the instant at which a later record superseded
    it.
    """


class ZigbeeCaller(FrozenModel):
    """A caller who reads or writes restricted ZigBee data.

    `manufacturers` are those whose entries the caller may see; None for all entries.
    """

    who: str
    role: str
    organisation: str = ""
    manufacturers: frozenset[str] | None = None

    def may(self, manufacturer: str) -> bool:
        """Returns whether the caller may see the ZigBee data of a manufacturer's entries."""
        return self.manufacturers is None or manufacturer in self.manufacturers
