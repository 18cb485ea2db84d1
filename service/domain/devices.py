"""A device in a supplier's inventory."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

DeviceAttribute = Literal[
    "device_type", "manufacturer", "device_model", "firmware_version", "gbcs_version", "image_hash"
]


@dataclass(frozen=True)
class Device:
    """A device in an inventory: for each attribute that the inventory gives, the values of the list that match it.

    A word of DUIS (the DCC User Interface Specification) can stand for several values of the list. `statuses` are the
    statuses that the inventory gives, and `unused` the names of its fields that no answer depends on.
    """

    given: Mapping[DeviceAttribute, frozenset[str]] = field(default_factory=dict)
    statuses: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()

    def single_value(self, attribute: DeviceAttribute) -> str:
        """Returns the value of an attribute of the device, or a blank if there is none or more than one."""
        values = self.given.get(attribute, frozenset())
        return next(iter(values)) if len(values) == 1 else ""

    @property
    def model(self) -> str:
        """Returns the id of the device model, or a blank if the inventory does not give the model.

        If the inventory does not give the manufacturer, the result lacks the manufacturer's code at the beginning of
        the id.
        """
        digits = self.single_value("device_model")
        return f"{self.single_value('manufacturer')}-{digits}" if digits else ""

    @property
    def names_firmware(self) -> bool:
        """Returns whether the inventory gives the image hash, or the device model with the firmware version."""
        given = self.given.keys()
        return "image_hash" in given or {"device_model", "firmware_version"} <= given

    def without(self, attribute: DeviceAttribute) -> "Device":
        """Returns the device without one of its attributes."""
        return replace(self, given={name: values for name, values in self.given.items() if name != attribute})
