"""The settings by which the service decides what counts as a finding (missing, wrong or doubtful data): thresholds and
device types.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class FindingThresholds:
    """The thresholds and device types by which the service judges findings (missing, wrong or doubtful data).

    `obliged_device_types` are the device types that must declare an upgrade path, in lower case. `many_routes`: an
    entry with at least this number of routes through it is reported as a single point of failure.
    """

    obliged_device_types: frozenset[str] = frozenset()
    many_routes: int = 5
