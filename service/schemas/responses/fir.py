"""Defines the rows of the Firmware Information Repository: the columns of the Central Products List and the columns
that MP231 adds.
"""

from dataclasses import dataclass
from datetime import datetime

from service.domain.facts import Revision


@dataclass(frozen=True, slots=True)
class FirRow:
    """An entry in the Firmware Information Repository.

    `path` has the bases from which a device can be upgraded, or N/A; it is blank where the manufacturer declared no
    path.
    """

    entry: Revision
    path: str
    held: tuple[str, ...]
    pending: tuple[str, ...]
    effective_from: datetime | None
    effective_to: datetime | None
    changed: datetime
