"""Statements about the ZigBee band, chipset and stack of an entry, and the criteria of a search for entries by them."""

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
    """A ZigBee vendor, part or version, both normalised and as the source spells it. Both are blank to withdraw the
    value.
    """

    normalised: str
    given: str


@dataclass(frozen=True)
class ZigbeeStatement:
    """The new ZigBee values of an entry from an instant on. An attribute that is not in `values` keeps its value."""

    entry: str
    values: Mapping[ZigbeeAttribute, ZigbeeValue] = field(default_factory=dict)
    band: Band | None = None
    effective_from: datetime | None = None
    line: int = 0


def parse_zigbee_value(attribute: ZigbeeAttribute, text: str) -> ZigbeeValue:
    """Parses the text of a ZigBee value and normalises it. Raises ValueError if the text is not one value."""
    given = " ".join(text.split())
    return ZigbeeValue(NORMALISERS[attribute](given), given)


@dataclass(frozen=True)
class ZigbeeCriteria:
    """The normalised criteria of a search for entries by chipset and stack. A blank criterion matches every entry.

    A range of stack versions (`version_from`, `version_to`) needs a stack vendor.
    """

    chipset_vendor: str = ""
    chipset_part: str = ""
    stack_vendor: str = ""
    stack_version: str = ""
    version_from: str = ""
    version_to: str = ""

    @property
    def attributes(self) -> dict[ZigbeeAttribute, str]:
        """Returns the search criteria that are single values and not blank."""
        names: tuple[ZigbeeAttribute, ...] = ("chipset_vendor", "chipset_part", "stack_vendor", "stack_version")
        return {name: value for name in names if (value := getattr(self, name))}

    @property
    def has_range(self) -> bool:
        """Returns whether a range of stack versions is among the search criteria."""
        return bool(self.version_from or self.version_to)

    @property
    def has_any(self) -> bool:
        """Returns whether the search has any criterion."""
        return bool(self.attributes) or self.has_range
