"""List versions, and the rows of a published list as the loader parsed them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.domain.clock import Instant
from service.domain.frozen_model import FrozenModel
from service.domain.names import list_version_order


class ListVersion(FrozenModel):
    """One published version of the CPL. The content of the version is in force from `effective_from` (design 2)."""

    number: str
    issued: str
    effective_from: Instant
    sha256: str
    entries: int
    recorded: Instant

    @property
    def order(self) -> tuple[int, int]:
        """Returns the sort key of the list version: its two numbers as integers."""
        return list_version_order(self.number)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list file. `given` has a value for each column that the list has."""

    entry: str
    given: dict[str, Any]
    line: int


@dataclass(frozen=True, slots=True)
class PublishedList:
    """One published version of the list with its rows, as the loader parsed them from a file."""

    number: str
    issued: datetime
    sha256: str
    rows: tuple[ListRow, ...]
