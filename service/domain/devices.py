"""A device as an inventory describes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DeviceAttribute = Literal[
    "device_type", "manufacturer", "device_model", "firmware_version", "gbcs_version", "image_hash"
]


@dataclass(frozen=True)
class Device:
    """A device as an inventory describes it: for each attribute that the inventory has, the values that match.

    A DUIS word can stand for several values of the list. `statuses`: the statuses that the inventory gives.
    """

    given: Mapping[DeviceAttribute, frozenset[str]] = field(default_factory=dict)
    statuses: tuple[str, ...] = ()

    def single_value(self, attribute: DeviceAttribute) -> str:
        """The value of an attribute; blank where there is none or more than one."""
        values = self.given.get(attribute, frozenset())
        return next(iter(values)) if len(values) == 1 else ""

    @property
    def model(self) -> str:
        """The id of the device model; its end where the manufacturer is unknown; blank where the model is unknown."""
        digits = self.single_value("device_model")
        return f"{self.single_value('manufacturer')}-{digits}" if digits else ""
