"""A device as an inventory names it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DeviceAttribute = Literal[
    "device_type", "manufacturer", "device_model", "firmware_version", "gbcs_version", "image_hash"
]


@dataclass(frozen=True)
class Device:
    """A device as an inventory names it: the values that fit, for each attribute given.

    Several fit where a word of DUIS means several on the list. `statuses` are words said of its entry.
    """

    given: Mapping[DeviceAttribute, frozenset[str]] = field(default_factory=dict)
    statuses: tuple[str, ...] = ()

    def single_value(self, attribute: DeviceAttribute) -> str:
        """The one value given; blank where there is none, or more."""
        values = self.given.get(attribute, frozenset())
        return next(iter(values)) if len(values) == 1 else ""

    @property
    def model(self) -> str:
        """The device model's id, or its end where the manufacturer is not known; blank where nothing is."""
        digits = self.single_value("device_model")
        return f"{self.single_value('manufacturer')}-{digits}" if digits else ""
