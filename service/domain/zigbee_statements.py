"""Statements about the ZigBee band, chipset and stack of an entry, and the values that a search names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from service.domain.facts import Band
from service.domain.zigbee_facts import Attribute, Kind
from service.domain.zigbee_spelling import SPELLINGS

KINDS: dict[Kind, tuple[Attribute, Attribute]] = {
    "chipset": ("chipset_vendor", "chipset_part"),
    "stack": ("stack_vendor", "stack_version"),
}


class Value(NamedTuple):
    """A value in its one spelling, and as it was given; both blank to withdraw it."""

    plain: str
    given: str


@dataclass(frozen=True)
class Statement:
    """What is said of an entry, from a time on. An attribute that is not in `said` stays as it is."""

    entry: str
    said: Mapping[Attribute, Value] = field(default_factory=dict)
    band: Band | None = None
    effective_from: datetime | None = None
    line: int = 0


def value(attribute: Attribute, text: str) -> Value:
    """A value as it was given, with its one spelling. Raises ValueError where it is none."""
    given = " ".join(text.split())
    return Value(SPELLINGS[attribute](given), given)


@dataclass(frozen=True)
class Sought:
    """What is sought, in the one spelling; blank is not asked for. A range of versions has a vendor beside it."""

    chipset_vendor: str = ""
    chipset_part: str = ""
    stack_vendor: str = ""
    stack_version: str = ""
    version_from: str = ""
    version_to: str = ""

    @property
    def attributes(self) -> dict[Attribute, str]:
        """The single values sought."""
        names: tuple[Attribute, ...] = ("chipset_vendor", "chipset_part", "stack_vendor", "stack_version")
        return {name: found for name in names if (found := getattr(self, name))}

    @property
    def ranged(self) -> bool:
        """Whether a range of versions is sought."""
        return bool(self.version_from or self.version_to)

    @property
    def anything(self) -> bool:
        """Whether anything is sought."""
        return bool(self.attributes) or self.ranged
