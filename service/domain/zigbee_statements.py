"""Statements about the ZigBee band, chipset and stack of an entry, and the values that a search names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from service.domain.facts import Band
from service.domain.zigbee_facts import ZigbeeAttribute, ZigbeeKind
from service.domain.zigbee_spelling import NORMALISERS

KIND_ATTRIBUTES: dict[ZigbeeKind, tuple[ZigbeeAttribute, ZigbeeAttribute]] = {
    "chipset": ("chipset_vendor", "chipset_part"),
    "stack": ("stack_vendor", "stack_version"),
}


class ZigbeeValue(NamedTuple):
    """A value in its one spelling, and as it was given; both blank to withdraw it."""

    normalised: str
    given: str


@dataclass(frozen=True)
class ZigbeeStatement:
    """What is said of an entry, from a time on. An attribute that is not in `said` stays as it is."""

    entry: str
    values: Mapping[ZigbeeAttribute, ZigbeeValue] = field(default_factory=dict)
    band: Band | None = None
    effective_from: datetime | None = None
    line: int = 0


def parse_zigbee_value(attribute: ZigbeeAttribute, text: str) -> ZigbeeValue:
    """A value as it was given, with its one spelling. Raises ValueError where it is none."""
    given = " ".join(text.split())
    return ZigbeeValue(NORMALISERS[attribute](given), given)


@dataclass(frozen=True)
class ZigbeeCriteria:
    """What is sought, in the one spelling; blank is not asked for. A range of versions has a vendor beside it."""

    chipset_vendor: str = ""
    chipset_part: str = ""
    stack_vendor: str = ""
    stack_version: str = ""
    version_from: str = ""
    version_to: str = ""

    @property
    def attributes(self) -> dict[ZigbeeAttribute, str]:
        """The single values sought."""
        names: tuple[ZigbeeAttribute, ...] = ("chipset_vendor", "chipset_part", "stack_vendor", "stack_version")
        return {name: found for name in names if (found := getattr(self, name))}

    @property
    def has_range(self) -> bool:
        """Whether a range of versions is sought."""
        return bool(self.version_from or self.version_to)

    @property
    def has_any(self) -> bool:
        """Whether anything is sought."""
        return bool(self.attributes) or self.has_range
