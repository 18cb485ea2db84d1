"""List versions, and the rows of a published list as the loader parses them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.clock import Instant
from service.domain.models import FrozenModel
from service.domain.names import list_version_order


class ListVersion(FrozenModel):
    """One published version of the list. Its content holds from `effective_from` (design 2)."""

    number: str
    issued: str
    effective_from: Instant
    sha256: str
    entries: int
    recorded: Instant

    @property
    def order(self) -> tuple[int, int]:
        """The sort key of the version: its two numbers."""
        return list_version_order(self.number)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list, with a value in `given` for each column that the list has."""

    entry: str
    given: dict[str, Any]
    line: int


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list version as parsed from a file."""

    number: str
    issued: datetime
    sha256: str
    rows: tuple[ListRow, ...]
