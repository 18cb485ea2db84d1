"""Defines the body of every error response: a problem as in RFC 9457, with further members of this service."""

from pydantic import BaseModel, ConfigDict, Field

from service.domain.frozen_model import FrozenModel
from service.errors import PROBLEM_PREFIX
from service.schemas.responses.impact import Impact


class InvalidField(FrozenModel):
    """A field or parameter of a request that has an invalid value."""

    where: str = Field(description="The name of the field or parameter, such as `edits.0.entry`, or `request`.")
    detail: str = Field(description="What is wrong with its value.")


class RefusedItem(FrozenModel):
    """An edit of a request, or a row or cell of a file, that the service refused. Fields that do not apply are null or
    absent.
    """

    code: str = Field(description="A stable name of the cause.")
    reason: str
    entry: str | None = Field(None, description="Of an edit: the entry that it changes.")
    where: str | None = Field(None, description="Of an edit: the field that is wrong.")
    file: str | None = Field(None, description="Of a file: its name.")
    sheet: str | None = Field(None, description="Of a file: the name of the sheet.")
    line: int | None = Field(None, description="Of a file: the line, counted from 1.")
    column: str | None = Field(None, description="Of a file: the heading of the column.")
    value: str | None = Field(None, description="Of a file: the value of the cell.")


class ProblemDetails(BaseModel):
    """An error response as in RFC 9457. The fields after `detail` are present if the type of problem needs them."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="The stable name of the problem.", examples=[PROBLEM_PREFIX + "unknown-entry"])
    title: str = Field(description="The problem in a few words, the same for every problem of this type.")
    status: int = Field(description="The HTTP status of the response.")
    detail: str = Field(description="What is wrong with this request, and where possible what to do.")
    errors: list[InvalidField] | None = Field(None, description="Of a malformed request: each wrong field.")
    refusals: list[RefusedItem] | None = Field(None, description="Of refused edits or files: each refusal.")
    refused: int | None = Field(None, description="Of a refused file: the number of refusals, listed or not.")
    entry: str | None = Field(None, description="The entry that the problem is about.")
    entries: list[str] | None = Field(None, description="The entries that the problem is about.")
    declaration_tag: str | None = Field(None, description="Of a failed `If-Match`: the tag that is in force.")
    state: str | None = Field(None, description="Of a decided proposal: `accepted` or `rejected`.")
    impact: Impact | None = Field(None, description="Of an outdated impact: the impact as of now.")
    retry_after: int | None = Field(None, description="The seconds to wait before the next request.")
