"""Files that are sent: read and loaded as the command line does, with the same reports."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from loaders.bases import read_bases
from loaders.lists import read_list
from loaders.report import LoadReport, refuse
from loaders.table import Sent
from service.application.files import load
from service.domain.clock import Clock
from service.errors import FileRefused
from service.graph.protocol import Graph
from service.rules.findings.overview import Standards
from service.schemas.requests.queries import Asked
from service.settings import Limits

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
}
"""What a file is sent as, by the end of its name."""

MOST_REFUSALS = 100
"""So many refusals are told one by one; all are counted."""


def _plain(value: str) -> str:
    if any(unicodedata.category(character).startswith("C") for character in value):
        raise ValueError("it holds a character that cannot be seen")
    return value.strip()


def _said(value: str) -> str:
    if not value:
        raise ValueError("this must be filled")
    return value


def _name(value: str) -> str:
    if "/" in value or "\\" in value:
        raise ValueError("the name of the file alone is expected, without its folder")
    if not value.casefold().endswith(tuple(MEDIA_TYPES)):
        raise ValueError(f"only {', '.join(MEDIA_TYPES)} are read")
    return value


_Plain = AfterValidator(_plain)
PlainText = Annotated[str, _Plain, AfterValidator(_said)]
PerhapsText = Annotated[str, _Plain]


class Filed(BaseModel):
    """The name under which a file comes; the file itself is the body."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Annotated[str, _Plain, AfterValidator(_name)] = Field(
        max_length=200, description="The file's own name, which stands in reports and in the record.",
        json_schema_extra={"pattern": r"^[^/\\]*\.([cC][sS][vV]|[xX][lL][sS][xXmM])$"},
    )  # fmt: skip
    dry_run: bool = Field(False, description="Say what would change; change nothing.")


class FileSent(Filed):
    """How a file is to be loaded, and who says so."""

    by: PlainText = Field(max_length=200, min_length=1, description="Who says so; it stands in the record.")
    skip_refused: bool = Field(False, description="Apply the good rows, report the rest.")


class ListSent(FileSent):
    """A published Central Products List."""

    correction: bool = Field(False, description="This version is loaded already, and this file corrects it.")
    allow_absent: bool = Field(False, description="Many entries of earlier lists may be absent from this one.")

    @property
    def options(self) -> load.Options:
        """The same as the loader takes it."""
        return load.Options(self.dry_run, self.skip_refused, self.correction, self.allow_absent, self.by)


class BasesSent(FileSent):
    """Declared bases (Firmware Upgrade Paths)."""

    reason: PlainText = Field(max_length=2000, min_length=1, description="Why; it stands in the record.")
    evidence: PerhapsText = Field("", max_length=2000, description="A reference to what it rests on.")
    effective: Asked = Field(None, description="From when rows without a date hold; default: this was always so.")

    @property
    def options(self) -> load.Options:
        """The same as the loader takes it."""
        return load.Options(
            self.dry_run, self.skip_refused, made_by=self.by, reason=self.reason, evidence=self.evidence
        )


Q = TypeVar("Q", bound=Filed)


@dataclass(frozen=True)
class Upload(Generic[Q]):
    """A file with what is asked of it."""

    asked: Q
    file: Sent


def load_list(graph: Graph, clock: Clock, limits: Limits, standards: Standards, upload: Upload[ListSent]) -> LoadReport:
    """Loads a list, or says what that would do. Raises FileRefused where nothing of it is taken."""
    with bounded():
        found = read_list(upload.file, limits)
        options = replace(upload.asked.options, standards=standards)
        return taken(load.load_list(graph, clock, found, upload.file.name, options), upload.asked.skip_refused)


def load_bases(
    graph: Graph, clock: Clock, limits: Limits, standards: Standards, upload: Upload[BasesSent]
) -> LoadReport:
    """Loads bases, or says what that would do. Raises FileRefused where nothing of them is taken."""
    with bounded():
        found = read_bases(upload.file, limits, upload.asked.effective)
        options = replace(upload.asked.options, standards=standards)
        return taken(load.load_bases(graph, clock, found, options), upload.asked.skip_refused)


def taken(report: LoadReport, skip_refused: bool) -> LoadReport:
    """The report. Raises FileRefused where something was refused that was not to be skipped."""
    if report.refusals and not skip_refused:
        raise refuse(report.refusals)
    return report


@contextmanager
def bounded() -> Iterator[None]:
    """However much is wrong with a file, the problem stays of a modest size."""
    try:
        yield
    except FileRefused as refused:
        refusals = refused.extra["refusals"]
        raise FileRefused(refused.detail, refusals=refusals[:MOST_REFUSALS], refused=len(refusals)) from refused
