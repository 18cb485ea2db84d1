"""Defines the report on loading a file: whether the service applied the file, the changes, the remarks and the refused
rows.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from service.domain.refusals import LoadRemark, LoadReportPart, Refusal
from service.schemas.responses.disclosures import ImpactWithDisclosures
from service.schemas.responses.impact import Impact

EntryChangeKind = Literal["new", "changed", "declared", "confirmed", "stated"]
FileKind = Literal["list", "bases", "zigbee", "stack-order"]


class AttributeChange(LoadReportPart):
    """An attribute of an entry that a list changes, with its values before and after."""

    attribute: str
    before: str
    after: str


class EntryChange(LoadReportPart):
    """An entry that the loading of a file adds or changes."""

    entry: str
    change: EntryChangeKind
    attributes: list[AttributeChange] = Field([])


class LoadReport(LoadReportPart):
    """The report on loading a file, or on a dry run. `applied` is false if the service wrote nothing.

    `impact` is set for a dry run only: a page of the pathway answers that the file would change. For the next page,
    send the same file with the cursor `next` of the impact.
    """

    file: str
    sheet: str | None = Field(None, description="The sheet of the workbook that was read; null: a CSV file.")
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
    impact: ImpactWithDisclosures | Impact | None = None


def count_remarks(remarks: Iterable[LoadRemark]) -> dict[str, int]:
    """Counts the remarks of each code. Returns the counts sorted by code."""
    return dict(sorted(Counter(remark.code for remark in remarks).items()))
