"""The rows of the Firmware Information Repository: the columns of the list, and the additions of MP231."""

from dataclasses import dataclass
from datetime import datetime

from service.domain.facts import Revision


@dataclass(frozen=True, slots=True)
class FirRow:
    """An entry of the repository. `path` has the bases that give steps, or N/A; blank: no path was supplied."""

    entry: Revision
    path: str
    held: tuple[str, ...]
    pending: tuple[str, ...]
    effective_from: datetime | None
    effective_to: datetime | None
    changed: datetime
