"""Cursors. A page begins where the one before ended, as of the same instants: paging never mixes two states."""

import base64
import hashlib
import json
from datetime import datetime

from pydantic import BaseModel

from service.api.questions import Paged
from service.errors import BadQuestion
from service.model.clock import iso, parse_instant


class Place(BaseModel):
    """Where a page begins, and as of when."""

    after: str
    at: datetime | None
    known_at: datetime | None


def begun(question: Paged, subject: str = "") -> Place:
    """The place that a question's cursor names, or the beginning. Raises BadQuestion for a foreign cursor."""
    if not question.cursor:
        return Place(after="", at=question.at, known_at=question.known_at)
    try:
        found = json.loads(base64.urlsafe_b64decode(question.cursor.encode()))
        if found["of"] != _digest(question, subject):
            raise ValueError("it belongs to another question")
        after, at, known_at = str(found["after"]), parse_instant(found["at"]), parse_instant(found["known_at"])
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise BadQuestion("The cursor was not given by this service for this question.") from wrong
    return Place(after=after, at=at, known_at=known_at)


def following(question: Paged, after: str, at: datetime, known_at: datetime, subject: str = "") -> str:
    """The cursor of the next page."""
    said = {"after": after, "at": iso(at), "known_at": iso(known_at), "of": _digest(question, subject)}
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode()


def _digest(question: Paged, subject: str) -> str:
    asked = question.model_dump_json(exclude={"cursor", "limit"})
    return hashlib.sha256(f"{subject}\n{asked}".encode()).hexdigest()[:16]
