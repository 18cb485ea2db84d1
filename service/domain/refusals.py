"""Why a row or cell of a file is refused, and what a reader should look at in a file that is accepted."""

from pydantic import BaseModel, ConfigDict

from service.errors import FileRefused


class ReportPart(BaseModel):
    """A piece of a report."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Refusal(ReportPart):
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


def refusal_error(refusals: list[Refusal]) -> FileRefused:
    """The error that carries refusals to the command line or the HTTP answer."""
    first = f"{refusals[0]}" + (f" (and {len(refusals) - 1} more)" if len(refusals) > 1 else "")
    return FileRefused(first, refusals=refusals)


class LoadRemark(ReportPart):
    """Something that was taken and should still be looked at: a held or pending base, an unreadable date."""

    code: str
    text: str
    line: int | None = None
    entry: str | None = None
    base: str | None = None
    held: str | None = None
    counterpart: str | None = None
