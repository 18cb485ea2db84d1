"""What may be asked in a query string. Unknown parameters are errors; values come out in the list's spelling."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from service.domain.clock import Instant, parse_instant
from service.domain.entry_filters import EntryFilters
from service.domain.names import normalise_hex, parse_entry_number, parse_hex
from service.schemas.base import RequestModel
from service.schemas.responses.findings import Finding, FindingCode, Severity

EntryNumber = Annotated[
    str,
    AfterValidator(parse_entry_number),
    Field(
        max_length=20,
        description="An entry number, 1 to 6 digits.",
        examples=["000001"],
        json_schema_extra={"pattern": "^0*[1-9][0-9]*$", "maxLength": 6},
    ),
]
_LONGEST_INSTANT = 40

EntryStatus = Literal["Current", "Removed"]
FileFormat = Literal["csv", "xlsx"]


def _instant(value: Any) -> Any:
    if isinstance(value, str) and (len(value) > _LONGEST_INSTANT or not value.isprintable()):
        raise ValueError(f"{value[:_LONGEST_INSTANT]!r} is not an ISO date or date-time such as 2026-01-31")
    return parse_instant(value) if isinstance(value, str) else value


RequestInstant = Annotated[Instant, BeforeValidator(_instant)]
# What a query string can say: a date will do, and there is no way to say null.
OptionalInstant = Annotated[
    RequestInstant | None, WithJsonSchema({"type": "string", "anyOf": [{"format": "date"}, {"format": "date-time"}]})
]


def _hexes(*counts: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        faults = []
        for count in counts:
            try:
                return parse_hex(value, count)
            except ValueError as wrong:
                faults.append(str(wrong))
        raise ValueError(faults[0])

    return read


def _if_any(read: Callable[[str], str]) -> AfterValidator:
    """Read as told; blank asks for nothing."""
    return AfterValidator(lambda value: read(value) if value.strip() else "")


def _hex(count: int) -> AfterValidator:
    """Hex digits in any spelling."""
    return _if_any(_hexes(count))


EntryNumberFilter = Annotated[str, _if_any(parse_entry_number)]
"""An entry number to filter by; blank lets all pass."""


class AsOfQuestion(RequestModel):
    """The two clocks of a question (design 2)."""

    at: OptionalInstant = Field(
        None, description="When it holds: ISO date or date-time. Default: `known_at`, else now."
    )
    known_at: OptionalInstant = Field(None, description="As known when: ISO date or date-time. Default: now.")


class NoParameters(RequestModel):
    """No parameters in the address: what is asked, if anything, stands in the body."""


class KnownAtQuestion(RequestModel):
    """Which list versions were known, in pages."""

    known_at: OptionalInstant = Field(None, description="As known when: ISO date or date-time. Default: now.")
    limit: int = Field(100, ge=1, le=1000, description="Most items of a page.")
    cursor: str = Field("", max_length=2000, description="`next` of the page before.")

    @property
    def at(self) -> None:
        """Nothing: a list version is known or not, it does not begin and end."""


class UndatedQuestion(RequestModel):
    """A question of no instant of its own, answered in pages."""

    limit: int = Field(100, ge=1, le=1000, description="Most items of a page.")
    cursor: str = Field("", max_length=2000, description="`next` of the page before.")

    @property
    def at(self) -> None:
        """Nothing."""

    @property
    def known_at(self) -> None:
        """Nothing."""


class PathwayQuestion(AsOfQuestion):
    """From one entry to another."""

    from_: EntryNumber = Field(alias="from")
    to: EntryNumber
    through_removed: bool = Field(False, description="Whether steps may lead to removed entries.")
    alternatives: int = Field(0, ge=0, le=10, description="How many further pathways to tell, in order of preference.")


class PagedAsOfQuestion(AsOfQuestion):
    """A question answered in pages."""

    limit: int = Field(100, ge=1, le=1000, description="Most items of a page.")
    cursor: str = Field("", max_length=2000, description="`next` of the page before.")


class ReachQuestion(PagedAsOfQuestion):
    """All that can be reached, or that can reach."""

    through_removed: bool = Field(False, description="Whether steps may lead to removed entries.")


class SearchQuestion(PagedAsOfQuestion):
    """Entries by any of these; a blank filter lets all pass."""

    number: EntryNumberFilter = Field("", max_length=20, description="An entry number.")
    status: EntryStatus | Literal[""] = Field("", description="Only `Current` entries are on the list.")
    device_type: str = Field("", max_length=100, description="As the list has it, in any case.")
    manufacturer: Annotated[str, _hex(4)] = Field("", max_length=20, description="Four hex digits, `106C` or `10:6C`.")
    device_model: Annotated[str, _if_any(_hexes(8, 12))] = Field(
        "", max_length=40, description="`433100AC` as DUIS has it, or `106C-433100AC`."
    )
    firmware_version: Annotated[str, _hex(8)] = Field("", max_length=40, description="Eight hex digits.")
    image_hash: Annotated[str, _hex(64)] = Field("", max_length=200, description="SHA-256 in any spelling.")
    certificate: str = Field("", max_length=100, description="The number of a CPA, DLMS or ZSE certificate.")
    q: str = Field("", max_length=200, description="Words, all of which the list must say of the entry.")

    @property
    def filters(self) -> EntryFilters:
        """The filters in the list's own spelling."""
        return EntryFilters(
            number=self.number,
            status=self.status,
            device_type=self.device_type.strip().lower(),
            manufacturer=self.manufacturer,
            device_model=_device_model(self.device_model),
            firmware_version=self.firmware_version,
            image_hash=self.image_hash,
            certificate=self.certificate.strip(),
            words=tuple(normalise_hex(word) for word in self.q.lower().split()),
        )


def _device_model(digits: str) -> str:
    """The end of a device model's id, or all of it with the manufacturer's four digits."""
    return f"{digits[:-8]}-{digits[-8:]}" if digits else ""


class FindingsQuestion(PagedAsOfQuestion):
    """Findings by any of these; a blank filter lets all pass."""

    code: FindingCode | Literal[""] = Field("", description="What is found.")
    severity: Severity | Literal[""] = Field("", description="How grave it is.")
    manufacturer: Annotated[str, _hex(4)] = Field("", max_length=20, description="Four hex digits, `106C` or `10:6C`.")
    device_model: Annotated[str, _if_any(_hexes(8, 12))] = Field(
        "", max_length=40, description="`433100AC` as DUIS has it, or `106C-433100AC`."
    )
    entry: EntryNumberFilter = Field("", max_length=20, description="An entry concerned.")

    def matches(self, finding: Finding) -> bool:
        """Whether a finding passes all filters."""
        model = _device_model(self.device_model)
        return (
            self.code in ("", finding.code)
            and self.severity in ("", finding.severity)
            and (not self.manufacturer or self.manufacturer in finding.manufacturers)
            and (not model or any(found.endswith(model) for found in finding.device_models))
            and (not self.entry or self.entry in finding.entries)
        )


class FirQuestion(AsOfQuestion):
    """The Firmware Information Repository, as a file."""

    format: FileFormat = Field("csv", description="The kind of file.")
