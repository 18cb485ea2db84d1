"""Defines query parameters. Validation refuses unknown parameters, and spells values as the Central Products List
does.
"""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from service.domain.clock import Instant, parse_instant
from service.domain.names import parse_entry_number
from service.schemas.base import RequestModel

ListNumber = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{1,4}\.[0-9]{1,6}$",
        description="The number of a list version, such as 2.051.",
        examples=["1.002"],
    ),
]
EntryNumber = Annotated[
    str,
    Field(
        max_length=20,
        coerce_numbers_to_str=True,  # a JSON body may have 1 for 000001, like a query string
        description="An entry number, 1 to 6 digits.",
        examples=["000001"],
        json_schema_extra={"pattern": "^0*[1-9][0-9]*$", "maxLength": 6},
    ),
    AfterValidator(parse_entry_number),
]
_LONGEST_INSTANT = 40
_UNESCAPED_PLUS = re.compile(r"T[\d:.,]+ \d\d(:?\d\d)?$")

AT = "The instant at which the answer holds: an ISO date or date-time. Default: `known_at`, otherwise now."
KNOWN_AT = "The answer uses only what was recorded by this instant: an ISO date or date-time. Default: now."
THROUGH_REMOVED = "Whether steps may lead to removed entries."
"""The descriptions of fields that many requests have: `at`, `known_at` and `through_removed`."""

EntryStatus = Literal["Current", "Removed"]
_STATUSES = {"current": "Current", "removed": "Removed"}
IN_ANY_CASE = BeforeValidator(lambda value: _STATUSES.get(value.lower(), value) if isinstance(value, str) else value)
"""A validator that spells a status as the list does, whichever case the request has."""

FileFormat = Literal["csv", "xlsx"]


def _instant(value: Any) -> Any:
    if isinstance(value, str) and (len(value) > _LONGEST_INSTANT or not value.isprintable()):
        raise ValueError(f"{value[:_LONGEST_INSTANT]!r} is not an ISO date or date-time such as 2026-01-31")
    return parse_instant(value) if isinstance(value, str) else value


def _refuse_unescaped_plus(value: Any) -> Any:
    """Raises ValueError with a hint for an instant in a query string whose `+` was decoded as a blank."""
    if isinstance(value, str) and _UNESCAPED_PLUS.search(value):
        raise ValueError(f"{value[:_LONGEST_INSTANT]!r} has a blank before its offset: in a URL, write + as %2B")
    return value


RequestInstant = Annotated[Instant, BeforeValidator(_instant)]
# A query string cannot express null, so that the schema has none.
OptionalInstant = Annotated[
    RequestInstant | None,
    BeforeValidator(_refuse_unescaped_plus),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]}),
]


class AsOfQuestion(RequestModel):
    """The two times of a question (design 2): `at`, when facts must hold in the world, and `known_at`, up to when
    recorded facts count.
    """

    at: OptionalInstant = Field(None, description=AT)
    known_at: OptionalInstant = Field(None, description=KNOWN_AT)


class NoParameters(RequestModel):
    """The query parameters of a route that has none. Validation refuses any parameter."""


class PagedRequest(RequestModel):
    """The query parameters of every endpoint that returns pages: the size of a page, and the cursor."""

    limit: int = Field(100, ge=1, le=1000, description="The largest number of items on a page.")
    cursor: str = Field("", max_length=2000, description="`next` of the previous page; blank for the first page.")


class KnownAtQuestion(PagedRequest):
    """The query parameters of a paged endpoint that takes an instant up to which recorded facts count, but no effective
    time.
    """

    known_at: OptionalInstant = Field(None, description=KNOWN_AT)

    @property
    def at(self) -> None:
        """Returns None, because the endpoint takes no effective time."""


class RecordedAsOfQuestion(RequestModel):
    """The query parameters of an endpoint that shows one recorded thing as of an instant."""

    known_at: OptionalInstant = Field(None, description=KNOWN_AT)


class UndatedQuestion(PagedRequest):
    """The query parameters of a paged endpoint that always answers as of now."""

    @property
    def at(self) -> None:
        """Returns None, because the endpoint takes no effective time."""

    @property
    def known_at(self) -> None:
        """Returns None, because the endpoint takes no instant up to which recorded facts count."""


class PathwayQuestion(AsOfQuestion):
    """The query parameters that ask for a pathway from one entry to another."""

    from_: EntryNumber = Field(alias="from", description="The entry that the device runs.")
    to: EntryNumber = Field(description="The entry that the device is to run.")
    through_removed: bool = Field(False, description=THROUGH_REMOVED)
    alternatives: int = Field(0, ge=0, le=10, description="The largest number of further pathways.")


class PagedAsOfQuestion(PagedRequest, AsOfQuestion):
    """The query parameters of a paged endpoint that takes two times: when facts must hold, and up to when recorded
    facts count.
    """


class ReachQuestion(PagedAsOfQuestion):
    """The query parameters for listing the entries that one entry can reach, or the entries that can reach it."""

    through_removed: bool = Field(False, description=THROUGH_REMOVED)


class FirQuestion(AsOfQuestion):
    """The query parameters for exporting the Firmware Information Repository."""

    format: FileFormat = Field("csv", description="The file format.")
