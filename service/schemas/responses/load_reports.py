"""What a load did: refusals with their place, remarks, counts, and whether it was applied."""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from service.domain.refusals import LoadRemark, Refusal, ReportPart
from service.schemas.responses.impact import Impact

EntryChangeKind = Literal["new", "changed", "declared", "told"]
FileKind = Literal["list", "bases", "zigbee", "stack-order"]


class AttributeChange(ReportPart):
    """What a list says anew of one attribute."""

    attribute: str
    before: str
    after: str


class EntryChange(ReportPart):
    """An entry that a load adds or changes."""

    entry: str
    change: EntryChangeKind
    attributes: list[AttributeChange] = Field([])


class LoadReport(ReportPart):
    """What a load did or, on a dry run, would do. `applied` is false where nothing was written.

    `impact` is what a dry run would do to the answers: counts of all, and a first page.
    """

    file: str
    kind: FileKind
    sha256: str
    list_version: str | None = None
    list_issued: str | None = None
    applied: bool
    dry_run: bool
    counts: dict[str, int]
    changes: list[EntryChange] = Field([])
    absent: list[str] = Field([])
    remarks: list[LoadRemark] = Field([])
    refusals: list[Refusal] = Field([])
    amendments: list[str] = Field([])
    impact: Impact | None = None


def count_remarks(remarks: Iterable[LoadRemark]) -> dict[str, int]:
    """How many remarks of each code."""
    return dict(sorted(Counter(remark.code for remark in remarks).items()))
