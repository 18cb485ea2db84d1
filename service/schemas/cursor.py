"""Pages and their cursors. All pages of a question have the same instants, so that paging never mixes two states."""

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
    """A question that the service answers in pages."""

    @property
    def cursor(self) -> str:
        """The cursor of the page; blank for the first page."""

    @property
    def at(self) -> datetime | None:
        """The valid time of the question."""

    @property
    def known_at(self) -> datetime | None:
        """The recorded time of the question."""

    def model_dump_json(self, *, exclude: set[str]) -> str:
        """The question as JSON."""


class PageStart(FrozenModel):
    """The key after which a page begins, and the instants of the question."""

    after: str
    at: datetime | None
    known_at: datetime | None


def read_cursor(question: PagedQuestion, subject: str = "") -> PageStart:
    """Reads a question's cursor. Raises InvalidQuestion for a cursor of another question, or a changed one."""
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
    """The cursor of the next page, which begins after the key `after`."""
    of = _digest(question, subject, after, at, known_at)
    content = {"after": after, "at": iso(at), "known_at": iso(known_at), "of": of}
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode()


def _digest(question: PagedQuestion, subject: str, after: str, at: datetime, known_at: datetime) -> str:
    text = question.model_dump_json(exclude={"cursor", "limit"})
    return hashlib.sha256("\n".join([subject, text, after, iso(at), iso(known_at)]).encode()).hexdigest()[:16]
