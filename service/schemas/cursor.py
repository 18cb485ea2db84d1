"""Defines pages of results and encodes their cursors.

A cursor contains the two instants of the first page, so that all pages of one query read the same state of the graph.
"""

import base64
import hashlib
import json
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from pydantic import Field

from service.domain.clock import iso, parse_instant
from service.domain.models import FrozenModel
from service.errors import InvalidQuestion
from service.schemas.base import ResponseModel

Item = TypeVar("Item")


class Page(ResponseModel, Generic[Item]):
    """A page of items. Each endpoint has a subclass of its own, so that the OpenAPI schema gets a plain name."""

    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null on the last page.")


class PagedQuestion(Protocol):
    """The query parameters of an endpoint that returns its result in pages."""

    @property
    def cursor(self) -> str:
        """Returns the cursor of the requested page; blank for the first page."""

    @property
    def at(self) -> datetime | None:
        """Returns the valid time that the caller asks about; None for the default of the endpoint."""

    @property
    def known_at(self) -> datetime | None:
        """Returns the recorded time that the caller asks about; None for the default of the endpoint."""

    def model_dump_json(self, *, exclude: set[str]) -> str:
        """Returns the query parameters as JSON, without the fields in `exclude`."""


class PageStart(FrozenModel):
    """The sort key after which a page begins, and the two instants of the query."""

    after: str
    at: datetime | None
    known_at: datetime | None


def read_cursor(question: PagedQuestion, subject: str = "") -> PageStart:
    """Returns where a page begins, from the cursor in the query parameters.

    `subject` names the endpoint, and where it has one the entry. Raises InvalidQuestion for a cursor that this service
    gave for other query parameters or another subject, or that somebody altered.
    """
    if not question.cursor:
        return PageStart(after="", at=question.at, known_at=question.known_at)
    try:
        content = json.loads(base64.urlsafe_b64decode(question.cursor.encode()))
        after, at, known_at = str(content["after"]), parse_instant(content["at"]), parse_instant(content["known_at"])
        if content["of"] != _digest(question, subject, after, at, known_at):
            raise ValueError("it belongs to another question, or was changed")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        fault = "it was not given by this service for this question"
        raise InvalidQuestion(f"cursor: {fault}", errors=[{"where": "cursor", "detail": fault}]) from wrong
    return PageStart(after=after, at=at, known_at=known_at)


def next_cursor(question: PagedQuestion, after: str, at: datetime, known_at: datetime, subject: str = "") -> str:
    """Returns the cursor of the page that begins after the sort key `after`.

    `subject` names the endpoint, and where it has one the entry, so that the cursor is valid nowhere else.
    """
    of = _digest(question, subject, after, at, known_at)
    content = {"after": after, "at": iso(at), "known_at": iso(known_at), "of": of}
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def _digest(question: PagedQuestion, subject: str, after: str, at: datetime, known_at: datetime) -> str:
    text = question.model_dump_json(exclude={"cursor", "limit"})
    return hashlib.sha256("\n".join([subject, text, after, iso(at), iso(known_at)]).encode()).hexdigest()[:16]
