"""The Firmware Information Repository as a table: columns by the list's own names, and what MP231 adds."""

from dataclasses import dataclass
from datetime import datetime

from service.domain.facts import Revision


@dataclass(frozen=True, slots=True)
class FirRow:
    """An entry of the repository. `path` has the bases that count, or N/A, or is blank where nothing was supplied."""

    entry: Revision
    path: str
    held: tuple[str, ...]
    pending: tuple[str, ...]
    effective_from: datetime | None
    effective_to: datetime | None
    changed: datetime
