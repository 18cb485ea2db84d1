"""Cursors. A page begins where the one before ended, as of the same instants: paging never mixes two states."""

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
    """A page of items. Each kind of page is a class of its own, so that its schema has a plain name."""

    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null on the last page.")


class PagedQuestion(Protocol):
    """A question that is answered in pages."""

    @property
    def cursor(self) -> str:
        """Where the page begins; blank at the beginning."""

    @property
    def at(self) -> datetime | None:
        """When it holds, as asked."""

    @property
    def known_at(self) -> datetime | None:
        """As known when, as asked."""

    def model_dump_json(self, *, exclude: set[str]) -> str:
        """All that is asked."""


class PageStart(FrozenModel):
    """Where a page begins, and as of when."""

    after: str
    at: datetime | None
    known_at: datetime | None


def read_cursor(question: PagedQuestion, subject: str = "") -> PageStart:
    """The place that a question's cursor names, or the beginning. Raises InvalidQuestion for a foreign cursor."""
    if not question.cursor:
        return PageStart(after="", at=question.at, known_at=question.known_at)
    try:
        found = json.loads(base64.urlsafe_b64decode(question.cursor.encode()))
        after, at, known_at = str(found["after"]), parse_instant(found["at"]), parse_instant(found["known_at"])
        if found["of"] != _digest(question, subject, after, at, known_at):
            raise ValueError("it belongs to another question, or was changed")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        fault = "it was not given by this service for this question"
        raise InvalidQuestion(f"cursor: {fault}", errors=[{"where": "cursor", "detail": fault}]) from wrong
    return PageStart(after=after, at=at, known_at=known_at)


def next_cursor(question: PagedQuestion, after: str, at: datetime, known_at: datetime, subject: str = "") -> str:
    """The cursor of the next page."""
    of = _digest(question, subject, after, at, known_at)
    said = {"after": after, "at": iso(at), "known_at": iso(known_at), "of": of}
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode()


def _digest(question: PagedQuestion, subject: str, after: str, at: datetime, known_at: datetime) -> str:
    asked = question.model_dump_json(exclude={"cursor", "limit"})
    return hashlib.sha256("\n".join([subject, asked, after, iso(at), iso(known_at)]).encode()).hexdigest()[:16]
