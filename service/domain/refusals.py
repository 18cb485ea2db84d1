"""The rows and cells of a file that the service refuses, and remarks on rows that it accepts."""

from pydantic import field_validator

from service.domain.frozen_model import FrozenModel
from service.errors import FileRefused


class LoadReportPart(FrozenModel):
    """Base class of the parts of the report on loading a file."""


class Refusal(LoadReportPart):
    """A row or cell of a file that the service refuses, with its line and column and the reason.

    `line` counts from 1 as an editor or Excel does.
    """

    file: str
    sheet: str | None = None
    line: int | None = None
    column: str | None = None
    value: str | None = None
    code: str
    reason: str

    @field_validator("value")
    @classmethod
    def _escape(cls, value: str | None) -> str | None:
        return value if value is None else escape_invisible(value)

    def __str__(self) -> str:
        place = [self.file]
        place += [f"sheet {self.sheet!r}"] if self.sheet is not None else []
        place += [f"line {self.line}"] if self.line is not None else []
        place += [f"column {self.column}"] if self.column is not None else []
        value = f" '{self.value}':" if self.value is not None else ""
        return f"{', '.join(place)}:{value} {self.reason} [{self.code}]"


def escape_invisible(text: str) -> str:
    """Returns a text with its invisible characters as escapes, such as `\\u200b` for a space without width."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def refusal_error(refusals: list[Refusal]) -> FileRefused:
    """Builds the error that carries the refused rows and cells of a file to the command line or the HTTP response."""
    first = f"{refusals[0]}" + (f" (and {len(refusals) - 1} more)" if len(refusals) > 1 else "")
    return FileRefused(first, refusals=refusals)


class LoadRemark(LoadReportPart):
    """A remark on a row or cell of a file that the service accepts but a person should check, such as a base that
    awaits acceptance.
    """

    code: str
    text: str
    line: int | None = None
    entry: str | None = None
    base: str | None = None
    held: str | None = None
    counterpart: str | None = None
