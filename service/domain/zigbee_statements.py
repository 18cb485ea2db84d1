"""Statements about the ZigBee band, chipset and stack of an entry, and the criteria of a search for entries."""

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
    """A value, normalised and in the source's spelling. Both are blank to withdraw the value."""

    normalised: str
    given: str


@dataclass(frozen=True)
class ZigbeeStatement:
    """New values of an entry from an instant on. An attribute that is not in `values` keeps its value."""

    entry: str
    values: Mapping[ZigbeeAttribute, ZigbeeValue] = field(default_factory=dict)
    band: Band | None = None
    effective_from: datetime | None = None
    line: int = 0


def parse_zigbee_value(attribute: ZigbeeAttribute, text: str) -> ZigbeeValue:
    """A value in the source's spelling, and normalised. Raises ValueError where the text is not one value."""
    given = " ".join(text.split())
    return ZigbeeValue(NORMALISERS[attribute](given), given)


@dataclass(frozen=True)
class ZigbeeCriteria:
    """The criteria of a search, normalised. A blank one matches every entry; a version range needs a stack vendor."""

    chipset_vendor: str = ""
    chipset_part: str = ""
    stack_vendor: str = ""
    stack_version: str = ""
    version_from: str = ""
    version_to: str = ""

    @property
    def attributes(self) -> dict[ZigbeeAttribute, str]:
        """The criteria that are single values and not blank."""
        names: tuple[ZigbeeAttribute, ...] = ("chipset_vendor", "chipset_part", "stack_vendor", "stack_version")
        return {name: value for name in names if (value := getattr(self, name))}

    @property
    def has_range(self) -> bool:
        """Whether a range of stack versions is a criterion."""
        return bool(self.version_from or self.version_to)

    @property
    def has_any(self) -> bool:
        """Whether there is any criterion."""
        return bool(self.attributes) or self.has_range
