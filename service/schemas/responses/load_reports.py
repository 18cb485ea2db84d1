"""Defines the report of loading a file: whether the service applied the file, the changes, the remarks and the refused
rows.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from service.domain.refusals import LoadRemark, LoadReportPart, Refusal
from service.schemas.responses.impact import Impact

EntryChangeKind = Literal["new", "changed", "declared", "told"]
FileKind = Literal["list", "bases", "zigbee", "stack-order"]


class AttributeChange(LoadReportPart):
    """An attribute of an entry that a list changes, with its values before and after."""

    attribute: str
    before: str
    after: str


class EntryChange(LoadReportPart):
    """An entry that a load adds or changes."""

    entry: str
    change: EntryChangeKind
    attributes: list[AttributeChange] = Field([])


class LoadReport(LoadReportPart):
    """The result of loading a file, or of a dry run. `applied` is false where the load wrote nothing.

    `impact` is set for a dry run only: the counts of all changed answers, and the first page of them.
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
    """Returns the number of remarks of each code, sorted by code."""
    return dict(sorted(Counter(remark.code for remark in remarks).items()))
