"""Thresholds and device types by which the findings judge: settings of the service."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Standards:
    """The standards by which findings are judged.

    `obliged_device_types`: the device types that must declare an upgrade path, in lower case. `many_routes`: from this
    number of routes through an entry on, the entry is reported as a single point of failure.
    """

    obliged_device_types: frozenset[str] = frozenset()
    many_routes: int = 5
