"""What a load says of itself: refusals with their place, remarks, counts, and whether it was applied."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from service.errors import FileRefused
from service.schemas.responses.impact import Impact


class Part(BaseModel):
    """A piece of a report."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Refusal(Part):
    """One thing that was not taken, where it stands and why. `line` counts from 1 as an editor or Excel does."""

    file: str
    sheet: str | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None
    code: str
    reason: str

    def __str__(self) -> str:
        place = [self.file]
        place += [f"sheet {self.sheet!r}"] if self.sheet is not None else []
        place += [f"line {self.line}"] if self.line is not None else []
        place += [f"column {self.column}"] if self.column is not None else []
        said = f" {self.value!r}:" if self.value is not None else ""
        return f"{', '.join(place)}:{said} {self.reason} [{self.code}]"


def refuse(refusals: list[Refusal]) -> FileRefused:
    """The error that carries refusals to the command line or the HTTP answer."""
    first = f"{refusals[0]}" + (f" (and {len(refusals) - 1} more)" if len(refusals) > 1 else "")
    return FileRefused(first, refusals=refusals)


class Remark(Part):
    """Something that was taken and should still be looked at: a held or pending base, an unreadable date."""

    code: str
    text: str
    line: int | None = None
    entry: str | None = None
    base: str | None = None
    held: str | None = None
    counterpart: str | None = None


class AttributeChange(Part):
    """What a list says anew of one attribute."""

    attribute: str
    before: str
    after: str


class EntryChange(Part):
    """An entry that a load adds or changes."""

    entry: str
    change: Literal["new", "changed", "declared", "told"]
    attributes: list[AttributeChange] = []


class LoadReport(Part):
    """What a load did or, on a dry run, would do. `applied` is false where nothing was written.

    `impact` is what a dry run would do to the answers: counts of all, and a first page.
    """

    file: str
    kind: Literal["list", "bases", "zigbee", "stack-order"]
    sha256: str
    list_version: str | None = None
    list_issued: str | None = None
    applied: bool
    dry_run: bool
    counts: dict[str, int]
    changes: list[EntryChange] = []
    absent: list[str] = []
    remarks: list[Remark] = []
    refusals: list[Refusal] = []
    amendments: list[str] = []
    impact: Impact | None = None


def tally(remarks: Iterable[Remark]) -> dict[str, int]:
    """How many remarks of each code."""
    return dict(sorted(Counter(remark.code for remark in remarks).items()))
