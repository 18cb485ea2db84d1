"""Defines the filters of the entry search and of the findings. Validation spells their values as the Central Products
List does.
"""

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from service.domain.entry_filters import MAX_WORDS, EntryFilters, without_contained
from service.domain.names import normalise_hex, parse_entry_number, parse_hex
from service.schemas.requests.queries import IN_ANY_CASE, EntryStatus, PagedAsOfQuestion
from service.schemas.responses.encoded_findings import EncodedFinding
from service.schemas.responses.findings import FindingCode, Severity


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
