"""Defines the query parameters of file uploads."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from service.domain.load_options import LoadOptions
from service.schemas.base import RequestModel
from service.schemas.requests.queries import OptionalInstant, UndatedQuestion


def _plain(value: str) -> str:
    if any(unicodedata.category(character).startswith("C") for character in value):
        raise ValueError("the text has a control character or another invisible character: remove it")
    return value.strip()


def _required(value: str) -> str:
    if not value:
        raise ValueError("this must not be blank")
    return value


def _name(value: str) -> str:
    if "/" in value or "\\" in value:
        raise ValueError("give the name of the file without its folder")
    if not value.casefold().endswith(tuple(UPLOAD_MEDIA_TYPES)):
        raise ValueError(f"the name must end in {', '.join(UPLOAD_MEDIA_TYPES)}")
    return value


_Plain = AfterValidator(_plain)


RequiredPlainText = Annotated[str, _Plain, AfterValidator(_required)]


OptionalPlainText = Annotated[str, _Plain]


class FileUploadQuestion(RequestModel):
    """The query parameters that every upload of a file has. The file itself is the request body."""

    file: Annotated[str, _Plain, AfterValidator(_name)] = Field(
        max_length=200, description="The name of the file, which reports and the record show.",
        json_schema_extra={"pattern": r"^[^/\\]*\.([cC][sS][vV]|[xX][lL][sS][xXmM])$"},
    )  # fmt: skip
    dry_run: bool = Field(False, description="Report what would change, and change nothing.")


class RecordedReason(RequestModel):
    """The reason for a change and the evidence for it, both of which the service records with the change."""

    reason: RequiredPlainText = Field(max_length=2000, min_length=1, description="The reason, which the record shows.")
    evidence: OptionalPlainText = Field("", max_length=2000, description="A reference to the evidence.")


class FileLoadQuestion(UndatedQuestion, FileUploadQuestion):
    """The query parameters of a file upload whose author they name, and which may skip refused rows.

    `limit` and `cursor` are those of the impact (changed pathway answers) that a dry run reports in pages.
    """

    by: RequiredPlainText = Field(max_length=200, min_length=1, description="The author, which the record shows.")
    skip_refused: bool = Field(False, description="Apply the valid rows and report the others.")

    @field_validator("cursor")
    @classmethod
    def _of_a_dry_run(cls, value: str, info: ValidationInfo) -> str:
        if value and not info.data.get("dry_run"):
            raise ValueError("a cursor belongs to the dry run that gave it: send dry_run=true with it")
        return value


class ListLoadQuestion(FileLoadQuestion):
    """The query parameters for uploading a published Central Products List."""

    correction: bool = Field(False, description="The file corrects a list version that is loaded already.")
    allow_absent: bool = Field(False, description="Accept a list that lacks many entries of earlier lists.")

    @property
    def options(self) -> LoadOptions:
        """Converts the query parameters of the uploaded list to the options of the loader."""
        return LoadOptions(self.dry_run, self.skip_refused, self.correction, self.allow_absent, self.by)


class BasesLoadQuestion(RecordedReason, FileLoadQuestion):
    """The query parameters for uploading a file of declared bases (Firmware Upgrade Paths)."""

    effective: OptionalInstant = Field(
        None, description="Rows without a date hold from this instant on. Default: from the beginning of time."
    )

    @property
    def options(self) -> LoadOptions:
        """Converts the query parameters of the uploaded file of bases to the options of the loader."""
        return LoadOptions(self.dry_run, self.skip_refused, made_by=self.by, reason=self.reason, evidence=self.evidence)


class StackOrderLoadQuestion(RecordedReason, FileUploadQuestion):
    """The query parameters for uploading the order of ZigBee stack versions. The author is the authenticated caller."""


class ZigbeeLoadQuestion(StackOrderLoadQuestion):
    """The query parameters for uploading a file of ZigBee facts. The author is the authenticated caller."""

    skip_refused: bool = Field(False, description="Apply the valid rows and report the others.")


UPLOAD_MEDIA_TYPES = {
    ".csv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
}
"""Maps the extension of an uploaded file's name to its media type."""
OCTET_STREAM = "application/octet-stream"
"""A media type that the service accepts for every file, since generated clients send it. A browser cannot send it to
another site without a preflight request.
"""
