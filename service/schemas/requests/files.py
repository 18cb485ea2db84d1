"""The query parameters of file uploads."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

from service.domain.load_options import LoadOptions
from service.schemas.base import RequestModel
from service.schemas.requests.queries import OptionalInstant


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
    if not value.casefold().endswith(tuple(UPLOAD_MEDIA_TYPES)):
        raise ValueError(f"only {', '.join(UPLOAD_MEDIA_TYPES)} are read")
    return value


_Plain = AfterValidator(_plain)


RequiredPlainText = Annotated[str, _Plain, AfterValidator(_said)]


OptionalPlainText = Annotated[str, _Plain]


class FileQuestion(RequestModel):
    """The name under which a file comes; the file itself is the body."""

    file: Annotated[str, _Plain, AfterValidator(_name)] = Field(
        max_length=200, description="The file's own name, which stands in reports and in the record.",
        json_schema_extra={"pattern": r"^[^/\\]*\.([cC][sS][vV]|[xX][lL][sS][xXmM])$"},
    )  # fmt: skip
    dry_run: bool = Field(False, description="Say what would change; change nothing.")


class FileLoadQuestion(FileQuestion):
    """How a file is to be loaded, and who says so."""

    by: RequiredPlainText = Field(max_length=200, min_length=1, description="Who says so; it stands in the record.")
    skip_refused: bool = Field(False, description="Apply the good rows, report the rest.")


class ListLoadQuestion(FileLoadQuestion):
    """A published Central Products List."""

    correction: bool = Field(False, description="This version is loaded already, and this file corrects it.")
    allow_absent: bool = Field(False, description="Many entries of earlier lists may be absent from this one.")

    @property
    def options(self) -> LoadOptions:
        """The same as the loader takes it."""
        return LoadOptions(self.dry_run, self.skip_refused, self.correction, self.allow_absent, self.by)


class BasesLoadQuestion(FileLoadQuestion):
    """Declared bases (Firmware Upgrade Paths)."""

    reason: RequiredPlainText = Field(max_length=2000, min_length=1, description="Why; it stands in the record.")
    evidence: OptionalPlainText = Field("", max_length=2000, description="A reference to what it rests on.")
    effective: OptionalInstant = Field(
        None, description="From when rows without a date hold; default: this was always so."
    )

    @property
    def options(self) -> LoadOptions:
        """The same as the loader takes it."""
        return LoadOptions(self.dry_run, self.skip_refused, made_by=self.by, reason=self.reason, evidence=self.evidence)


class StackOrderLoadQuestion(FileQuestion):
    """How a file of the order of versions is to be loaded. Who says so is the caller."""

    reason: RequiredPlainText = Field(max_length=2000, min_length=1, description="Why; it stands in the record.")
    evidence: OptionalPlainText = Field("", max_length=2000, description="A reference to what it rests on.")


class ZigbeeLoadQuestion(StackOrderLoadQuestion):
    """The same of a file of ZigBee facts, of which the good rows may be taken."""

    skip_refused: bool = Field(False, description="Apply the good rows, report the rest.")


UPLOAD_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
}
"""The media type of an upload, by the extension of the file name."""
OCTET_STREAM = "application/octet-stream"
"""The media type that is accepted for every file: generated clients send it. No web page can send it unasked."""
