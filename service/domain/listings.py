"""List versions, and the rows of a published list as the loader hands them over."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from service.domain.clock import Instant
from service.domain.names import list_version_order


class ListVersion(BaseModel):
    """One published issue of the list. Its content holds from `effective_from` (design 2)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: str
    issued: str
    effective_from: Instant
    sha256: str
    entries: int
    recorded: Instant

    @property
    def order(self) -> tuple[int, int]:
        """Its place among the lists."""
        return list_version_order(self.number)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row of a list: the attributes that its columns give. An absent column is not in `given`."""

    entry: str
    given: dict[str, Any]
    line: int


@dataclass(frozen=True, slots=True)
class PublishedList:
    """A list as read from a file: its version, its date, its rows."""

    number: str
    issued: datetime
    sha256: str
    rows: tuple[ListRow, ...]
