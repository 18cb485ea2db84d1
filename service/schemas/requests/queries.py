"""Defines query parameters. Validation refuses unknown parameters, and spells values as the Central Products List
does.
"""

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from service.domain.clock import Instant, parse_instant
from service.domain.entry_filters import MAX_WORDS, EntryFilters, without_contained
from service.domain.names import normalise_hex, parse_entry_number, parse_hex
from service.schemas.base import RequestModel
from service.schemas.responses.encoded_findings import EncodedFinding
from service.schemas.responses.findings import FindingCode, Severity

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


def _hexes(*counts: int) -> Callable[[str], str]:
    """Returns a function that parses hex digits of one of the given lengths. It raises the first length's error."""

    def parse(value: str) -> str:
        errors = []
        for count in counts:
            try:
                return parse_hex(value, count)
            except ValueError as error:
                errors.append(str(error))
        raise ValueError(errors[0])

    return parse


def _unless_blank(parse: Callable[[str], str]) -> AfterValidator:
    """Returns a validator that applies `parse` to a filter, unless the filter is blank."""
    return AfterValidator(lambda value: parse(value) if value.strip() else "")


def _hex(count: int) -> AfterValidator:
    """Returns a validator for a filter with `count` hex digits in any spelling."""
    return _unless_blank(_hexes(count))


EntryNumberFilter = Annotated[str, _unless_blank(parse_entry_number)]
"""An entry number to filter by. A blank filter excludes nothing."""


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


def _words(text: str) -> tuple[str, ...]:
    return without_contained(tuple(normalise_hex(word) for word in text.lower().split()))


def _check_words(text: str) -> str:
    if len(_words(text)) > MAX_WORDS:
        raise ValueError(f"at most {MAX_WORDS} different words are searched for at once")
    return text


class EntrySearchQuestion(PagedAsOfQuestion):
    """The filters of the entry search. A blank filter excludes nothing."""

    number: EntryNumberFilter = Field("", max_length=20, description="An entry number.")
    status: Annotated[EntryStatus | Literal[""], IN_ANY_CASE] = Field(
        "", description="The status of the entry. Only `Current` entries are on the list."
    )
    device_type: str = Field(
        "",
        max_length=100,
        description="The device type as on the list, in any case, or its DUIS code, such as ESME or CHF.",
    )
    manufacturer: Annotated[str, _hex(4)] = Field(
        "", max_length=20, description="The manufacturer: four hex digits, `106C` or `10:6C`."
    )
    device_model: Annotated[str, _unless_blank(_hexes(8, 12))] = Field(
        "", max_length=40, description="The device model: `433100AC` as in DUIS, or `106C-433100AC`."
    )
    firmware_version: Annotated[str, _hex(8)] = Field(
        "", max_length=40, description="The firmware version: eight hex digits."
    )
    image_hash: Annotated[str, _hex(64)] = Field(
        "", max_length=200, description="The SHA-256 of the image: 64 hex digits."
    )
    certificate: str = Field("", max_length=100, description="The number of a CPA, DLMS or ZSE certificate.")
    q: Annotated[str, AfterValidator(_check_words)] = Field(
        "", max_length=200, description="Up to 8 words. The list must have all of them for the entry."
    )

    @property
    def filters(self) -> EntryFilters:
        """Returns the filters of the entry search, with their values spelled as the Central Products List spells
        them.
        """
        return EntryFilters(
            number=self.number,
            status=self.status,
            device_type=self.device_type.strip(),
            manufacturer=self.manufacturer,
            device_model=_device_model(self.device_model),
            firmware_version=self.firmware_version,
            image_hash=self.image_hash,
            certificate=self.certificate.strip(),
            words=_words(self.q),
        )


def _device_model(digits: str) -> str:
    """Returns the text with which the id of a device model must end: 8 digits, or all 12 where the digits include the
    manufacturer.
    """
    return f"{digits[:-8]}-{digits[-8:]}" if digits else ""


class FindingsQuestion(PagedAsOfQuestion):
    """The filters for listing the findings (faults in the data). A blank filter excludes nothing."""

    code: FindingCode | Literal[""] = Field("", description="The code of the finding.")
    severity: Severity | Literal[""] = Field("", description="The severity of the finding.")
    manufacturer: Annotated[str, _hex(4)] = Field(
        "", max_length=20, description="The manufacturer: four hex digits, `106C` or `10:6C`."
    )
    device_model: Annotated[str, _unless_blank(_hexes(8, 12))] = Field(
        "", max_length=40, description="The device model: `433100AC` as in DUIS, or `106C-433100AC`."
    )
    entry: EntryNumberFilter = Field("", max_length=20, description="An entry that the finding is about.")

    def matches(self, finding: EncodedFinding) -> bool:
        """Returns whether a finding (fault in the data) passes all filters."""
        model = _device_model(self.device_model)
        return (
            self.code in ("", finding.code)
            and self.severity in ("", finding.severity)
            and (not self.manufacturer or self.manufacturer in finding.manufacturers)
            and (not model or any(name.endswith(model) for name in finding.device_models))
            and (not self.entry or self.entry in finding.entries)
        )


class FirQuestion(AsOfQuestion):
    """The query parameters for exporting the Firmware Information Repository."""

    format: FileFormat = Field("csv", description="The file format.")
