"""Thresholds and device types by which the findings judge: settings of the service."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Standards:
    """By what findings are judged: device types obliged to declare, in lower case; from how many routes on to tell."""

    obliged_device_types: frozenset[str] = frozenset()
    many_routes: int = 5
